"""A page that tries all ways out of replay: to another host, a window, or a script that runs."""

OUT = "http://xau.example"
"""The host that it wants to reach. `{out}` below is a new address there."""

HEAD = """
<link rel=stylesheet href="{out}"><link rel=preload as=image href="{out}">
<link rel=preconnect href="{out}"><link rel=dns-prefetch href="{out}">
<link rel="dns-prefetch preconnect" href="//xau.example"><link rel=prefetch href="{out}">
<link rel=prerender href="{out}"><link rel=modulepreload href="{out}">
<link rel=manifest href="{out}"><link rel=icon href="{out}"><link rel=import href="{out}">
<link rel=preload as=image imagesrcset="{out} 1x" href="{out}">
<script type=speculationrules>{"prefetch":[{"source":"list","urls":["{out}"]}],
"prerender":[{"source":"list","urls":["{out}"]}]}</script>
<script src="{out}"></script><script type=module src="{out}"></script>
<style>@import "{out}"; @import url({out}); @import '\\68ttp://xau.example/thoat';
@font-face{font-family:X;src:url({out})} h1{font-family:X;background:url("{out}")}
body{background:\\75rl({out});cursor:image-set("{out}" 1x)} p{mask:url({out}#m)}
/* ' */ li::before{content:url({out})} @namespace url({out});</style>
<style>a{color:red;x:'
} b{background:url({out})}</style>
<meta http-equiv=set-cookie content="a=1"><meta http-equiv=x-dns-prefetch-control content=on>
"""

SCRIPTS = """
<script>document.title = "CHẠY"; top.document.title = "CHẠY";
fetch("{out}"); new WebSocket("ws://xau.example/ws"); new EventSource("{out}");
navigator.sendBeacon("{out}", "a"); new Image().src = "{out}"; window.open("{out}");
var x = new XMLHttpRequest(); x.open("POST", "{out}"); x.send("a"); new Worker("{out}");
navigator.serviceWorker.register("/tin/1"); new RTCPeerConnection({iceServers: [
{urls: "stun:xau.example:3478"}]}).createOffer(); top.location = "{out}";</script>
<script type=module>import "{out}"; import("{out}"); document.title = "CHẠY"</script>
<img src="/khong.png" onerror="document.title='CHẠY';fetch('{out}')">
<svg onload="document.title='CHẠY';fetch('{out}')"><script>fetch("{out}")</script>
<script href="{out}"></script><image href="{out}"/><use href="{out}#x"/>
<style>rect{fill:url({out}#f)}</style><rect width=9 height=9 filter="url({out}#g)"/></svg>
<details open ontoggle="document.title='CHẠY'"></details>
<input autofocus onfocus="document.title='CHẠY';top.location='{out}'">
"""

PARTS = (
    """
<img src="{out}"><img srcset="{out} 1x, {out} 2x"><img src="https://xau.example/anh.png">
<img src="//xau.example/anh.png"><img src="\\\\xau.example\\anh.png"><img src="/\\xau.example/a">
<img src="ht&#10;tp://xau.example/xuong"><img src="/&#9;/xau.example/tab"><img src=" {out} ">
<img src="http:\\\\xau.example/a" attributionsrc="https://xau.example/a"><image src="{out}">
<picture><source srcset="{out}"><img src="{out}"></picture><img lowsrc="{out}">
<iframe src="{out}"></iframe><iframe src="https://xau.example/"></iframe>
<iframe srcdoc="&lt;script&gt;top.document.title='CHẠY'&lt;/script&gt;&lt;img src='{out}'&gt;
&lt;meta http-equiv=refresh content='0;url={out}'&gt;"></iframe>
<iframe src="javascript:top.document.title='CHẠY'"></iframe>
<iframe src="data:text/html,<script>top.document.title='CHẠY'</script><img src='{out}'>"></iframe>
<iframe sandbox="allow-scripts allow-top-navigation allow-popups" src="{out}"></iframe>
<object data="{out}"></object><object data="{out}" type="text/html"></object>
<object><param name=movie value="{out}"></object><embed src="{out}">
<embed src="{out}" type="application/x-shockwave-flash"><applet code="{out}"></applet>
<video src="{out}" poster="{out}" autoplay></video><audio src="{out}" autoplay></audio>
<video autoplay><source src="{out}"><track default src="{out}"></video>
<table background="{out}"><tr><td background="{out}">.</table>
<p style="background:url({out})">.</p><p style="background:\\75 rl({out});x:'">.</p>
<template shadowrootmode=open><img src="{out}"><link rel=stylesheet href="{out}"></template>
<div><template shadowrootmode=open><img src="{out}"><style>@import "{out}";</style></template></div>
<noscript><img src="{out}"><link rel=stylesheet href="{out}"></noscript>
<a/ href="x"/src="{out}"></a><img/src="{out}"/><img """
    + "\0"
    + """ src="{out}"><!--><img src="{out}">-->
<!--! --!><img src="{out}"><![CDATA[ > <img src="{out}"> ]]><textarea></textarea ><img src="{out}">
<math><mtext><img src="{out}"></mtext></math><svg><foreignObject><img src="{out}">
<iframe src="{out}"></iframe></foreignObject></svg>
<svg><title><img src="{out}"></title><style><img src="{out}"></style></svg>
<select><option><img src="{out}"></select><plaintexx><img src="{out}">
"""
)

CLICKED = """
<a target=_top href="{out}">top</a><a target=_blank href="{out}">blank</a>
<a target=_parent href="{out}">parent</a><a target=x ping="{out}" href="{out}">name</a>
<a href="javascript:top.document.title='CHẠY';top.location='{out}'">script</a>
<a href="java&#10;script:top.document.title='CHẠY'">script</a><a download href="{out}">file</a>
<a href="ht&#10;tp://xau.example/xuong" target=_top>line</a>
<a href="data:text/html,<script>top.location='{out}'</script>" target=_top>data</a>
<svg width=40 height=20><a xlink:href="{out}" target=_top><text y=15>svg</text></a></svg>
<svg width=40 height=20><a target=_top><set attributeName=href to="{out}"/><text y=15>set</text>
</a></svg><svg width=40 height=20><a href="/x"><animate attributeName=href values="{out}"/>
<text y=15>animated</text></a></svg>
<form action="{out}" target=_top><input type=hidden name=a value=b><button>get</button></form>
<form action="{out}" method=post target=_blank><button>post</button></form>
<form><button formaction="{out}" formtarget=_top>own</button><input type=image src="{out}"></form>
<button onclick="document.title='CHẠY';window.open('{out}')">handler</button>
<map name=m><area shape=default href="{out}" target=_top></map><img usemap="#m" width=20 height=20>
"""
"""Elements that lead out when a person clicks."""

BASE = '<base href="http://xau.example/goc/" target=_top>'
REFRESHES = (
    '<meta http-equiv=refresh content="0;url={out}">',
    "<meta http-equiv=REFRESH content=\"0, URL = '{out}' x\">",
    '<meta http-equiv="re&#102;resh" content="0 {out}">',
    '<meta content="&#48;;//xau.example/lam-moi" http-equiv=refresh>',
    '<svg><style></svg><meta http-equiv=refresh content="0;url={out}"></style>',
    '<noscript><meta http-equiv=refresh content="0;url={out}"></noscript>',
)


def hostile(markup: str) -> str:
    """The markup with a new address at the other host in each place that asks for one."""
    parts = markup.split("{out}")
    named = (f"{OUT}/{number}{part}" for number, part in enumerate(parts[1:]))
    return parts[0] + "".join(named)
