"""What the small form above a figure asks for: whose, when, of what kind, as of which day; and the same as a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms

from youju.core.measure import Measure
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.recipe import AGAINST_ZH, NOW, Against, AsOf, Division, Recipe, parse_as_of
from youju.core.register import Catalog
from youju.core.zh.dates import read_day, read_period

TODAY = ("今天", "今日", "现在", "现区划", "按现区划")


class FigureForm(forms.Form):
    """Unit, period, split, comparison and moment of a figure, each as people write it."""

    unit = forms.CharField(
        label="组织", max_length=80, widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"})
    )
    period = forms.CharField(
        label="期间", max_length=60, help_text="如 2024年一季度、3月、2024年以来、2024-01-01..2024-04-26"
    )
    as_of = forms.CharField(
        label="截至", required=False, max_length=40, help_text="看那一天台账里的数，如 4月26日；不填就是现在"
    )
    against = forms.ChoiceField(
        label="比较",
        required=False,
        choices=[("", "不比较"), *((key, word) for key, word in AGAINST_ZH.items())],
    )
    division = forms.CharField(
        label="按哪天的区划",
        required=False,
        max_length=40,
        help_text="比较不同年份时填“今天”或一个日期；不填，就是各组织按当时所在的地方计",
        widget=forms.TextInput(attrs={"list": "division-days", "autocomplete": "off"}),
    )

    def __init__(self, measure: Measure, catalog: Catalog, today: date, data: Mapping[str, str]) -> None:
        if data.get("present") and not data.get("division"):
            data = {**data, "division": str(today)}  # an address from when there was a box 按现区划 to tick
        super().__init__(data)
        self.measure, self.today = measure, today
        for number, dimension in enumerate(measure.dimensions):
            values = catalog.dimension_choices(dimension, measure)
            listed = [("", "全部"), *((each.id, each.id) for each in values)]
            self.fields[f"dim{number}"] = forms.ChoiceField(
                label=dimension.id, required=False, choices=listed
            )
        if not measure.observed:
            del self.fields["against"]

    def clean_period(self) -> Period:
        """The days that the text names."""
        try:
            return read_period(self.cleaned_data["period"], self.today.year, self.today)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None

    def clean_as_of(self) -> AsOf:
        """The moment: a day, a number of the ledger behind #, or an instant."""
        said = self.cleaned_data["as_of"].strip()
        if not said:
            return NOW
        try:
            exact = said.startswith("#") or "T" in said
            return parse_as_of(said) if exact else AsOf(day=read_day(said, self.today.year))
        except DomainError as error:
            raise forms.ValidationError(error.message) from None

    def clean_division(self) -> Division:
        """The day whose division is asked."""
        said = "".join(self.cleaned_data["division"].split())
        if not said:
            return ""
        try:
            return self.today if said in TODAY else read_day(said, self.today.year)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None

    @property
    def recipe(self) -> Recipe:
        """What was asked. Only of a form that is valid."""
        said = self.cleaned_data
        dims = tuple(
            (dimension.id, value)
            for number, dimension in enumerate(self.measure.dimensions)
            if (value := said.get(f"dim{number}", ""))
        )
        against: Against = said.get("against", "")
        unit = "".join(said["unit"].split())
        return Recipe(self.measure.id, unit, said["period"], dims, said["as_of"], said["division"], against)


def filled(recipe: Recipe, measure: Measure, unit: str, *, now: bool) -> dict[str, str]:
    """What stands in the form for a recipe.

    unit  as the page calls it
    now   whether its moment is the ledger's newest
    """
    said = {
        "unit": unit,
        "period": str(recipe.period),
        "as_of": "" if now else str(recipe.as_of),
        "against": recipe.against,
    }
    if recipe.division:
        said["division"] = str(recipe.day)
    given = dict(recipe.dims)
    return said | {f"dim{number}": given.get(each.id, "") for number, each in enumerate(measure.dimensions)}
