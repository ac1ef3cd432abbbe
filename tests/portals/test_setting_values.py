"""What `-s NAME=VALUE` may say."""

from pathlib import Path

import pytest

from portal_crawler.cli import main
from portal_crawler.errors import UsageError
from portal_crawler.portals.registry import check_settings, parsed_settings, project_settings


@pytest.mark.parametrize(
    ("word", "wanted"),
    [
        ("PORTAL_TIME_LIMIT=abc", "write a number from 0 to 1000000000000"),
        ("PORTAL_DISK_RESERVE_MB=-1", "write a whole number from 0"),
        ("PORTAL_DISK_RESERVE_MB=0.5", "write a whole number from 0"),
        ("PORTAL_LOG_DAYS=1e400", "write a number from 0 to 36500"),
        ("PORTAL_SWEEP_DAYS=inf", "write a number from 0 to 36500"),
        ("PORTAL_REQUISITE_RECHECK_DAYS=99999", "write a number from 0 to 36500"),
        ("DOWNLOAD_DELAY=nan", "write a number from 0"),
        ("DOWNLOAD_DELAY=" + "9" * 5000, "write a number from 0"),
        ("DOWNLOAD_MAXSIZE=" + "9" * 5000, "write a whole number from 0"),
        ("PORTAL_REQUISITES=maybe", "write true or false"),
        ("LOG_LEVEL=silly", "write one of DEBUG, INFO"),
        ("EXTENSIONS=abc", "write a JSON object"),
        ("EXTENSIONS=[1]", "write a JSON object"),
        ("RETRY_HTTP_CODES=abc", "write status codes"),
        ("PORTAL_REQUISITE_KINDS=style,pictures", "write some of style,script,image,icon,font"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_what_would(word: str, wanted: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parsed_settings([word])
    name = word.partition("=")[0]
    assert str(refusal.value).startswith(f"-s {name}=")
    assert wanted in str(refusal.value)
    assert len(str(refusal.value)) < 150


@pytest.mark.parametrize(
    "word",
    [
        "PORTAL_TIME_LIMIT=0.5",
        "PORTAL_LOG_DAYS=1.5",
        "DOWNLOAD_DELAY=0",
        "PORTAL_REQUISITES=False",
        "RETRY_PRIORITY_ADJUST=-3",
        "RETRY_HTTP_CODES=503, 504",
        "PORTAL_REQUISITE_KINDS=style,icon",
        "PORTAL_REQUISITE_KINDS=",
        'EXTENSIONS={"a.B": 1}',
        "SPIDER_MODULES=a,b",
        "NOBODYS_OWN=a=b",
    ],
)
def test_a_value_of_the_settings_kind_is_kept_as_it_is(word: str) -> None:
    name, _, value = word.partition("=")
    assert parsed_settings([word]) == {name: value}


def test_the_command_says_it_before_anything_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive = str(tmp_path / "archive")
    assert main(["crawl", "mst", "--archive", archive, "-s", "PORTAL_TIME_LIMIT=abc"]) == 2
    assert not (tmp_path / "archive").exists()
    assert capsys.readouterr().err == (
        "portal crawl: -s PORTAL_TIME_LIMIT=abc: write a number from 0 to 1000000000000\n"
    )


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("PORTAL_QUERY_S=5", "-s PORTAL_QUERY_S is a variable of the environment; write "
         "PORTAL_QUERY_S=SECONDS before the command"),
        ("PORTAL_MAX_QUEU=5", "-s PORTAL_MAX_QUEU: there is no such setting; did you mean "
         "PORTAL_MAX_QUEUE?"),
        ("portal_max_queue=5", "-s portal_max_queue: there is no such setting; did you mean "
         "PORTAL_MAX_QUEUE?"),
        ("PORTAL_DISC_RESERVE=1", "-s PORTAL_DISC_RESERVE: there is no such setting; did you mean "
         "PORTAL_DISK_RESERVE_MB?"),
        ("PORTAL_ZZZZZ=1", "-s PORTAL_ZZZZZ: there is no such setting; see "
         "portal_crawler/settings.py"),
        ("PORTAL_ARCHIVE=x", "-s PORTAL_ARCHIVE: name the archive's folder by --archive"),
        ("PORTAL_PRIVATE_HOSTS=http://a.vn", "-s PORTAL_PRIVATE_HOSTS: 'http://a.vn' is not a "
         "host: write example.vn, example.vn:8080 or *.example.vn"),
    ],
)  # fmt: skip
def test_a_name_that_is_none_of_ours_is_refused_with_the_nearest(word: str, told: str) -> None:
    with pytest.raises(UsageError) as refusal:
        parsed_settings([word])
    assert str(refusal.value) == told


@pytest.mark.parametrize(
    "word",
    [
        "DOWNLOAD_DELAY=86401",
        "DOWNLOAD_TIMEOUT=0",
        "PORTAL_MAX_DELAY=inf",
        "PORTAL_SLOW_WINDOW=-0.1",
        "PORTAL_GIVE_UP_AFTER=0",
        "CONCURRENT_REQUESTS=0",
        "CONCURRENT_REQUESTS_PER_DOMAIN=0",
        "CONCURRENT_ITEMS=0",
        "RETRY_TIMES=-1",
        "PORTAL_REVISIT_DAYS=1,-3",
        "PORTAL_REVISIT_DAYS=1,nan",
        "PORTAL_CONTACT=me\nX-Header: 1",
        "USER_AGENT=\r",
        "SCHEDULER=scrapy.core.scheduler.Shcedule",
        "TWISTED_REACTOR=twisted.internet.selectreactor.SelectReactor",
        "TWISTED_REACTOR_ENABLED=False",
        "DOWNLOAD_TLS_MIN_VERSION=TLSv1",
        "DOWNLOAD_TLS_MAX_VERSION=1.3",
        "DOWNLOADER_CLIENT_TLS_CIPHERS=no ciphers",
    ],
)
def test_a_value_that_no_crawl_could_go_by_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="write "):
        parsed_settings([word])


@pytest.mark.parametrize(
    ("name", "value", "sound"),
    [
        ("DOWNLOAD_DELAY", 5, True),
        ("DOWNLOAD_DELAY", "5", True),
        ("DOWNLOAD_DELAY", True, False),
        ("RETRY_HTTP_CODES", [503, 504], True),
        ("RETRY_HTTP_CODES", [5030], False),
        ("PORTAL_REVISIT_DAYS", [1, 3.5], True),
        ("PORTAL_REVISIT_DAYS", [None], False),
        ("PORTAL_REVISIT_DAYS", 7, False),
        ("PORTAL_REQUISITE_KINDS", ["style"], True),
        ("PORTAL_REQUISITE_HOSTS", ["*.anh.vn"], True),
        ("PORTAL_REQUISITE_HOSTS", ["https://anh.vn"], False),
        ("PORTAL_OBEY_ROBOTS", 0, True),
        ("PORTAL_OBEY_ROBOTS", "", False),
        ("PORTAL_CONTACT", None, True),
        ("PORTAL_CONTACT", 5, False),
        ("EXTENSIONS", {"a.B": None}, True),
        ("DOWNLOAD_TLS_MIN_VERSION", None, True),
        ("DOWNLOAD_TLS_MIN_VERSION", "TLSv1.0", True),
        ("DOWNLOADER_CLIENT_TLS_CIPHERS", "ECDHE+AESGCM", True),
        ("DOWNLOADER_CLIENT_TLS_CIPHERS", 5, False),
        ("PORTAL_MAX_DELAI", 5, False),
        ("SOMEBODYS_OWN", object(), True),
    ],
)
def test_a_module_of_settings_is_held_to_the_same(name: str, value: object, sound: bool) -> None:
    settings = project_settings({})
    settings.set(name, value, priority="project")
    if sound:
        check_settings(settings)
        return
    with pytest.raises(UsageError, match=name):
        check_settings(settings)
