"""Script payloads: what people have typed into admin systems to run code in somebody else's browser."""

from __future__ import annotations

from typing import Final

RUN: Final = "window.ran=1"

PAYLOADS: Final = (
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</select><script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"--><script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'//",
    f'" onerror="{RUN}" src="x',
    f'" autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f"` onload=`{RUN}`",
    f"x onpointerenter={RUN} y",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x>",
    f"<svg><a xlink:href='javascript:{RUN}'><text>x</text></a></svg>",
    f"<math href='javascript:{RUN}'>x</math>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"<a href='java\tscript:{RUN}'>x</a>".replace("\t", "&#9;"),
    f"<a href='&#106;avascript:{RUN}'>x</a>",
    f"javascript:{RUN}",
    f"<iframe srcdoc='<script>parent.{RUN.removeprefix('window.')}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<object data='data:text/html,<script>{RUN}</script>'></object>",
    f"<embed src='javascript:{RUN}'>",
    f"<form action='javascript:{RUN}'><button autofocus>x</button></form>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<body onload={RUN}>",
    f"<style>@import 'javascript:{RUN}';</style><p style='background:url(javascript:{RUN})'>x</p>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<base href='javascript:{RUN}//'>",
    "{{ 71*83 }}{% raw %}{{ config }}{% endraw %}${71*83}#{71*83}<%= 71*83 %>",
    f"<p hx-on:load='{RUN}' hx-get='/logout' hx-trigger='load'>x</p>",
    f"<template><script>{RUN}</script></template>",
    f"%3Cscript%3E{RUN}%3C/script%3E&lt;script&gt;{RUN}&lt;/script&gt;\\u003cscript\\u003e",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">x</p></noscript>',
)
