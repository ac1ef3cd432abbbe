"""Settings of every crawl. A comment beside a value gives Scrapy's default.

`-s NAME=VALUE` changes a setting for one crawl. A portal changes only its delay and scope.
"""

import os
from importlib.metadata import version

from archive.database import due
from archive.filesystem.disk_space import MB, RESERVE_MB
from archive.imports.limits import ImportLimits

BOT_NAME = "portal-archive"
SPIDER_MODULES = ["portal_crawler.spiders"]  # []
SPIDER_LOADER_CLASS = "portal_crawler.scrapy_commands.spider_loader.OwnPortalsLoader"
SPIDER_LOADER_WARN_ONLY = True  # False; for `scrapy shell` and others
COMMANDS_MODULE = "portal_crawler.scrapy_commands"  # ""

# Ours
PORTAL_ARCHIVE = None
"""The archive's folder. None stands for $PORTAL_ARCHIVE or, without it, ./data."""
PORTAL_PORTALS = os.environ.get("PORTAL_PORTALS")
"""`--portals`: the folder of one's own portals, whose modules are loaded by path. None: no
folder."""
PORTAL_CONTACT = os.environ.get("PORTAL_CONTACT")
"""The operator's address or page, which the user agent and each WARC file name."""
PORTAL_OBEY_ROBOTS = True

# Repeated requests for articles: portal_crawler.crawl.plan
PORTAL_REVISIT_DAYS = list(due.REVISIT_DAYS)
"""Ages of an article, by its date, at which it is requested again. Each is up to a quarter later,
by the article's key."""
PORTAL_SWEEP_DAYS = due.FULL_CRAWL_DAYS
"""A crawl without limits becomes a full crawl this long after the last one. 0: only with
`--full`."""

# Page resources, and documents that articles link to: portal_crawler.crawl.requisites
PORTAL_REQUISITES = True
PORTAL_REQUISITE_KINDS = [
    "style", "script", "image", "icon", "font", "frame", "media", "manifest", "data",
]  # fmt: skip
"""`frame`: documents within pages, on the portal's own hosts and one level deep; `media`: videos,
sounds and their subtitles; `data`: data that a page requests in advance."""
PORTAL_REQUISITE_HOSTS: list[str] = []
"""Hosts beside the portal's own and its class's requisite_hosts. `*.example.vn` stands for all
below it, `example.vn:8080` adds a port that the portal's own addresses do not name."""
PORTAL_REQUISITE_MAX_BYTES = 20 * 1024 * 1024
PORTAL_MEDIA_MAX_BYTES = 50 * 1024 * 1024
PORTAL_ATTACHMENT_MAX_BYTES = 100 * 1024 * 1024
"""Longer answers are cut there and marked as truncated."""
PORTAL_ATTACHMENT_TIMEOUT = 600  # s; at 60 s a document of 100 MB takes a fast line
PORTAL_REQUISITE_RECHECK_DAYS = 30
"""A new or changed page requests a resource again, conditionally, if its capture is older than
this. `--full` requests every resource again, except those that were missing more recently."""

# The limits of a run: portal_crawler.run.limits
PORTAL_TIME_LIMIT = 0.0
"""s; `--time-limit`. 0: none."""
PORTAL_DISK_RESERVE_MB = RESERVE_MB
"""If less is free, no crawl begins and a running one ends as failed. It suffices to save the
answers that are on their way, several documents of 100 MB among them. 0: no reserve."""
PORTAL_IMPORT_MAX_RATIO = ImportLimits().max_ratio
"""`portal import` stops reading a file that unpacks to more than this many times its size, if that
is more than 64 MB."""
PORTAL_IMPORT_MAX_MB = ImportLimits().max_bytes // MB
"""`portal import` stops reading a file that unpacks to more than this."""
PORTAL_MEMORY_LIMIT_MB = 1000
"""A run that uses this much ends as incomplete. Usual are 150 MB, or 250 MB with the process that
reads pages. 0: no limit."""
PORTAL_LOG_DAYS = 90
"""Logs of older runs are removed when a crawl begins. 0: all are kept."""

# Politeness
USER_AGENT = (
    f"portal-archive/{version('portal-archive')} (news archive of public portals)"  # Scrapy/…
)
DOWNLOAD_DELAY = 1.0  # 0 s
DOWNLOAD_DELAY_JITTER = 0.0  # 0.5; one second is the least, not the mean
PORTAL_MAX_DELAY = 60.0
"""s. Slow answers, 429 and 503 double the delay up to this; good answers reduce it again."""
PORTAL_GIVE_UP_AFTER = 10
"""A host that answers 429, 503 or nothing this many times in a row gets no more requests in the
run. With two retries these are three or four addresses, and at most ten times DOWNLOAD_TIMEOUT."""
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # Lifo; articles in the order listed
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # 8
# 16. Without a delay the downloader sends all requests that it holds at once, whatever the line
# above says, and still downloads them after a stop.
CONCURRENT_REQUESTS = 1
CONCURRENT_ITEMS = 1  # 100; Scrapy makes that many tasks for each answer, which has one item
DOWNLOAD_TIMEOUT = 60  # 180 s
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # ERROR; the callers log the failure themselves
RETRY_EXCEPTIONS = [
    "scrapy.exceptions.CannotResolveHostError",
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.DownloadTimeoutError",
    "scrapy.exceptions.ResponseDataLossError",
    OSError,
]
"""The errors of our download handler. Scrapy's list also names one of its own handler, which would
be imported for it, in a tenth of a second of each start."""
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
DOWNLOAD_FAIL_ON_DATALOSS = False  # True; answers that broke off are kept and marked
DOWNLOAD_VERIFY_CERTIFICATES = True  # False
DOWNLOAD_MAXSIZE = 20 * 1024 * 1024  # 1 GB
DOWNLOAD_WARNSIZE = 0  # 32 MB
PORTAL_PRIVATE_HOSTS: list[str] = []
"""Names of hosts that may resolve to addresses that are not public, as in an intranet; for all
other names such addresses are refused. A portal may itself name an IP address or localhost."""
PORTAL_MIN_BYTES_PER_S = 100.0
"""An answer that stays slower than this for PORTAL_SLOW_WINDOW seconds is broken off. A 1200-baud
modem is faster, and a page at that pace takes minutes. 0: no limit."""
PORTAL_SLOW_WINDOW = 20.0  # s
PORTAL_MAX_QUEUE = 100_000
"""Requests that may wait at the same time, of some 2 KB each. A sitemap, the longest kind of
listing, has at most 50,000 addresses."""
COOKIES_ENABLED = False  # True; fetches a list of suffixes; fetch/cookies.py has its own
REDIRECT_MAX_TIMES = 10  # 20

# Features of Scrapy that are switched off
TELNETCONSOLE_ENABLED = False  # True
REMOTE_CONTROL_ENABLED = False  # True
LOG_LEVEL = "INFO"  # DEBUG
LOG_VERSIONS = ["lxml", "libxml2", "Twisted", "Python"]
"""Scrapy's own list starts a process at each start, to ask for the system's name."""
STATS_DUMP = False  # True; the run's row has the figures, too
LOGSTATS_INTERVAL = 0.0  # 60; portal_crawler.run.progress says more
WARN_ON_GENERATOR_RETURN_VALUE = False  # True; it parses a callback's source for each answer
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# The order of components. Scrapy imports all that its …_BASE settings name, even if it is switched
# off, which takes a sixth of a crawl's start. They therefore name only the components that are
# used.
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
    "portal_crawler.fetch.cookies.CookieMiddleware": 650,
    "portal_crawler.fetch.politeness.PaceMiddleware": 900,
    "portal_crawler.fetch.stop.StopMiddleware": 1000,
}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
"""None of Scrapy's: every answer reaches its callback, which decides what a status means, and each
request carries its referrer and depth itself."""
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
