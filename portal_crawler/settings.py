"""Settings of every crawl, Scrapy's default beside each that is changed.

`-s NAME=VALUE` changes any of them for one crawl; a portal changes only its delay and scope.
"""

import os
from importlib.metadata import version

from archive.database import due
from archive.filesystem.disk_space import MB, RESERVE_MB
from archive.imports.limits import ImportLimits

BOT_NAME = "portal-archive"
SPIDER_MODULES = ["portal_crawler.spiders"]  # []
SPIDER_LOADER_WARN_ONLY = True  # False; for `scrapy shell` and others
COMMANDS_MODULE = "portal_crawler.scrapy_commands"  # ""

# Ours
PORTAL_ARCHIVE = None
"""The archive's folder; None: $PORTAL_ARCHIVE, else ./data."""
PORTAL_CONTACT = os.environ.get("PORTAL_CONTACT")
"""Who answers for the crawl: an address or page, named in the user agent and in each WARC."""
PORTAL_OBEY_ROBOTS = True

# What is asked for again: portal_crawler.crawl.plan
PORTAL_REVISIT_DAYS = list(due.REVISIT_DAYS)
"""Ages, by its date, at which an article is looked at again; each up to a quarter later, by its
key."""
PORTAL_SWEEP_DAYS = due.FULL_CRAWL_DAYS
"""So long after the last full sweep a crawl without limits is one. 0: only with `--full`."""

# What pages need to look right, and what articles link to: portal_crawler.crawl.requisites
PORTAL_REQUISITES = True
PORTAL_REQUISITE_KINDS = [
    "style", "script", "image", "icon", "font", "frame", "media", "manifest", "data",
]  # fmt: skip
"""`frame`: documents in pages, of the portal's own hosts and one level deep; `media`: videos,
sounds and their subtitles; `data`: what a page asks for in advance."""
PORTAL_REQUISITE_HOSTS: list[str] = []
"""Besides the portal's own and its class's requisite_hosts; `*.example.vn` for all below it,
`example.vn:8080` for a port that the portal's own addresses do not name."""
PORTAL_REQUISITE_MAX_BYTES = 20 * 1024 * 1024
PORTAL_MEDIA_MAX_BYTES = 50 * 1024 * 1024
PORTAL_ATTACHMENT_MAX_BYTES = 100 * 1024 * 1024
"""What is longer is cut there, and marked as truncated."""
PORTAL_ATTACHMENT_TIMEOUT = 600  # s; at 60 s a document of 100 MB takes a fast line
PORTAL_REQUISITE_RECHECK_DAYS = 30
"""A new or changed page lets ask again, conditionally, for what was captured so long ago; `--full`
asks for all again, but for what was not there less than so long ago."""

# The limits of a run: portal_crawler.run.limits
PORTAL_TIME_LIMIT = 0.0
"""s; `--time-limit`. 0: none."""
PORTAL_DISK_RESERVE_MB = RESERVE_MB
"""Less than this free, and a crawl does not begin, or ends as failed: enough to save what is under
way, several documents of 100 MB included. 0: none."""
PORTAL_IMPORT_MAX_RATIO = ImportLimits().max_ratio
"""`portal import`: what unpacks to more than so many times its size, and to more than 64 MB, is
read up to there."""
PORTAL_IMPORT_MAX_MB = ImportLimits().max_bytes // MB
"""The same, of one file, whatever its size."""
PORTAL_MEMORY_LIMIT_MB = 1000
"""A run takes some 150 MB, with the process that reads its pages 250; one that takes this much ends
as incomplete. 0: none."""
PORTAL_LOG_DAYS = 90
"""Logs of older runs are removed when a crawl begins. 0: none are."""

# Politeness
USER_AGENT = (
    f"portal-archive/{version('portal-archive')} (news archive of public portals)"  # Scrapy/…
)
DOWNLOAD_DELAY = 1.0  # 0 s
DOWNLOAD_DELAY_JITTER = 0.0  # 0.5; one second is the least, not the mean
PORTAL_MAX_DELAY = 60.0
"""s; slow answers, 429 and 503 double the delay up to this, good ones bring it back."""
PORTAL_GIVE_UP_AFTER = 10
"""Times in a row that a host may answer 429, 503 or nothing before it is left alone for the run:
with two retries some three or four addresses, and at most ten times DOWNLOAD_TIMEOUT."""
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # Lifo; articles in the order listed
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # 8
# 16; without delay the downloader sends as many at once as it holds, whatever the line above says,
# and a stop still downloads them.
CONCURRENT_REQUESTS = 1
CONCURRENT_ITEMS = 1  # 100; Scrapy makes as many tasks for each answer, which has one page at most
DOWNLOAD_TIMEOUT = 60  # 180 s
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # ERROR; what that means is said by who asked
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]
"""What our download handler raises. Scrapy's list names an error of its own handler besides, which
would be imported for that: a tenth of a second of each start."""
RETRY_HTTP_CODES = [429, 500, 502, 503, 504, 522, 524, 408]

# Capture
DOWNLOAD_HANDLERS = {
    "http": "portal_crawler.fetch.download.CapturingDownloadHandler",
    "https": "portal_crawler.fetch.download.CapturingDownloadHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi",  # en
    "Accept-Encoding": "gzip, deflate",  # + br, zstd, which WARC readers do not all decode
}
DOWNLOAD_FAIL_ON_DATALOSS = False  # True; what broke off is kept and marked
DOWNLOAD_VERIFY_CERTIFICATES = True  # False
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # 1 GB
DOWNLOAD_WARNSIZE = 0  # 32 MB
PORTAL_PRIVATE_HOSTS: list[str] = []
"""Names of hosts that may lie at addresses that are not public (an intranet, say): those of every
other name are refused. What a portal names by number, or as localhost, is declared thereby."""
PORTAL_MIN_BYTES_PER_S = 100.0
"""An answer that began and brings less for PORTAL_SLOW_WINDOW s is broken off: a 1200-baud modem
brings more, and a page at that pace takes minutes. 0: none."""
PORTAL_SLOW_WINDOW = 20.0
PORTAL_MAX_QUEUE = 100_000
"""Requests that wait at once, of some 2 KB; a sitemap, the longest listing, has 50,000."""
COOKIES_ENABLED = False  # True; it also asks the public network for a list of suffixes
REDIRECT_MAX_TIMES = 10  # 20

# What Scrapy would do besides
TELNETCONSOLE_ENABLED = False  # True
REMOTE_CONTROL_ENABLED = False  # True
LOG_LEVEL = "INFO"  # DEBUG
LOG_VERSIONS = ["lxml", "libxml2", "Twisted", "Python"]
"""Scrapy's own list asks the system for its name, by a process of its own, at each start."""
STATS_DUMP = False  # True; the run's row has the figures
LOGSTATS_INTERVAL = 0.0  # 60; portal_crawler.run.progress says more
WARN_ON_GENERATOR_RETURN_VALUE = False  # True; it reads a callback's source for each answer
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# The order of components, each in one place. Scrapy imports what its own …_BASE settings name even
# where it is switched off, which takes a sixth of a crawl's start: so these name what is used.
EXTENSIONS_BASE = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.logcount.LogCount": 0,
    "scrapy.extensions.closespider.CloseSpider": 0,
    "scrapy.extensions.feedexport.FeedExporter": 0,
    "scrapy.extensions.spiderstate.SpiderState": 0,
}
EXTENSIONS = {
    "portal_crawler.run.crawl_run.CrawlRun": 10,
    "portal_crawler.run.progress.Progress": 20,
    "portal_crawler.run.limits.Limits": 30,
}
DOWNLOADER_MIDDLEWARES_BASE = {
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
}
DOWNLOADER_MIDDLEWARES = {
    "portal_crawler.fetch.scope.ScopeMiddleware": 50,
    "portal_crawler.fetch.robots.RobotsMiddleware": 100,
    "portal_crawler.fetch.retries.PatientRetryMiddleware": 550,
    "portal_crawler.fetch.decoding.DecodingMiddleware": 590,
    "portal_crawler.fetch.redirects.PlainRedirectMiddleware": 600,
    "portal_crawler.fetch.politeness.PaceMiddleware": 900,
    "portal_crawler.fetch.stop.StopMiddleware": 1000,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
"""None of Scrapy's: every answer reaches its callback, which says what a status means; which page
named an address, and its hop, stand in the request's meta."""
SPIDER_MIDDLEWARES = {
    "portal_crawler.run.hours.HoursMiddleware": 10,
    "portal_crawler.crawl.queue_bound.QueueBoundMiddleware": 20,
}
ITEM_PIPELINES = {
    "portal_crawler.pipelines.Clean": 100,
    "portal_crawler.pipelines.Check": 200,
    "portal_crawler.pipelines.Store": 300,
    "portal_crawler.pipelines.Follow": 400,
}
