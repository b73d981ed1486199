"""The monitor: a page in the browser that shows the patients who are being monitored.

`feed` keeps what the page shows, `web_app` serves it, `monitor_server` runs the server in a thread,
`access` decides who may see it. The page itself is in `static/`: plain JavaScript modules, no build
step. Nothing but this folder knows that there is a browser.
"""
