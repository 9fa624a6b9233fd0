"""Settings, read once through small typed readers that name the variable when they refuse it.

YOUJU_DATA     folder of the database, evidence and keys; default: var/ in the project's root
DATABASE_URL   postgres://… for PostgreSQL; default: SQLite in YOUJU_DATA
YOUJU_LOCAL    folder of the town's own catalog files; default: catalog/ in YOUJU_DATA
"""

from pathlib import Path

from environs import Env, validate

env = Env()
ROOT = Path(__file__).resolve().parents[2]

DATA_DIR = Path(env.str("YOUJU_DATA", str(ROOT / "var"))).resolve()
LOCAL_CATALOG = Path(env.str("YOUJU_LOCAL", str(DATA_DIR / "catalog"))).resolve()
SHIPPED_CATALOG = ROOT / "catalog"
EVIDENCE_DIR = DATA_DIR / "evidence"
KEY_FILE = DATA_DIR / "personal.key"

SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(DATA_DIR / "youju.sqlite3"),
    # Read-then-write transactions fail under load unless they lock at once; WAL with FULL loses no acknowledged
    # write to power loss; recursive triggers make INSERT OR REPLACE fire the triggers that refuse deletes.
    "OPTIONS": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;"
        ),
    },
}
_url = env.str("DATABASE_URL", "", validate=validate.Length(max=2000))
if _url:
    DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
else:
    DATABASES = {"default": SQLITE}

INSTALLED_APPS = ["youju.store"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
SECRET_KEY = env.str(
    "SECRET_KEY", ""
)  # nothing is signed before there are pages; empty makes Django refuse to
