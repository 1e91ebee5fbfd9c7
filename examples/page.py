"""Serve a web page: a web action answers a browser without any key.

    wsk action create page page.py --web true
    wsk action get page --url

Open that address; `?name=Ada` greets Ada. The request comes as `__ow_method`, `__ow_path` and
`__ow_headers`, its query as plain parameters; status, headers and body go back.
"""

import html
import os
import time
from string import Template

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hello, $name</title>
<style>
  :root { color-scheme: light dark; --accent: light-dark(#1d63c4, #8ab8ff); }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center;
         font: 1.1rem/1.6 system-ui, sans-serif; }
  main { width: min(34rem, 88vw); padding: 3rem 0; }
  h1 { margin: 0; font-size: clamp(2.4rem, 8vw, 4rem); line-height: 1.1; color: var(--accent); }
  form { display: flex; gap: .5rem; margin: 2rem 0; }
  input, button { font: inherit; padding: .5rem .9rem; border-radius: .5rem;
                  border: 1px solid color-mix(in srgb, currentColor 30%, transparent); }
  input { flex: 1; min-width: 0; }
  button { background: var(--accent); color: Canvas; border-color: transparent; cursor: pointer; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .2rem 1.2rem; font-size: .9rem; }
  dt { opacity: .6; }
  dd { margin: 0; font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
</style>
<main>
  <h1>Hello, $name!</h1>
  <p>This page is the result of a function. Nothing was running for it until you asked.</p>
  <form><input name="name" placeholder="Your name" aria-label="Your name" autofocus>
    <button>Greet</button></form>
  <dl>
    <dt>activation</dt><dd>$activation</dd>
    <dt>action</dt><dd>$action</dd>
    <dt>request</dt><dd>$method $path</dd>
    <dt>served</dt><dd>$time</dd>
  </dl>
</main>
</html>
""")


def main(args):
    facts = {
        "name": args.get("name") or "visitor",
        "activation": os.environ.get("__OW_ACTIVATION_ID", "unknown"),
        "action": os.environ.get("__OW_ACTION_NAME", "unknown"),
        "method": args.get("__ow_method", "get").upper(),
        "path": args.get("__ow_path") or "/",
        "time": time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime()),
    }
    # Whatever a visitor sends is text, never markup.
    safe = {name: html.escape(str(value)) for name, value in facts.items()}
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"},
        "body": PAGE.substitute(safe),
    }
