"""Tests. Folders mirror the product's; helpers shared by several folders lie here."""
