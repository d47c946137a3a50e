"""Pages of other origins, opened in a real Chromium, whose scripts do what they can to a server on this machine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from flows.briefing import chromium as driver
from flows.briefing.chromium import Chromium, chromium
from tests.briefing.in_chromium import evaluated

# Names that an attacker's own name server would let point at this machine.
NETWORK = {"--host-resolver-rules=MAP * ~NOTFOUND": "--host-resolver-rules=MAP *.example 127.0.0.1",
           "--proxy-server=127.0.0.1:9": "--no-proxy-server"}  # fmt: skip
# What each try came to: refused by the browser, or the status of an answer the page could read.
SCRIPT = """
(async () => {
  const server = %(server)s, known = %(password)s, told = {};
  const body = name => JSON.stringify({name, value: 1});
  const tried = async (name, what) => { try { told[name] = await what(); } catch (error) { told[name] = 'refused'; } };
  const status = async answer => answer.type === 'opaque' ? 'opaque' : answer.status;
  const post = async (name, mode, headers, credentials = 'include') => status(await fetch(server + '/api/variables/',
    {method: 'POST', mode, headers, body: body(name), credentials}));
  await tried('simple', () => post('simple', 'cors', {'Content-Type': 'text/plain'}));
  await tried('no_cors', () => post('no_cors', 'no-cors', {'Content-Type': 'text/plain'}));
  await tried('cors', () => post('cors', 'cors', {'Content-Type': 'application/json'}));
  // A server that lets every origin ask answers only to a page that sends nothing of its own along.
  await tried('plain', () => post('plain', 'cors', {'Content-Type': 'application/json'}, 'omit'));
  // As by somebody who has found out the password, too.
  await tried('password', () => post('password', 'cors', {'Content-Type': 'application/json', 'Authorization': known}));
  await tried('delete', async () => status(await fetch(server + '/api/variables/name/kept',
    {method: 'DELETE', headers: {'Authorization': known}})));
  await tried('read', async () => status(await fetch(server + '/api/health')));
  await tried('read_with', async () => status(await fetch(server + '/api/admin/settings',
    {headers: {'Authorization': known}})));
  await tried('pages', async () => status(await fetch(server + '/ui-settings')));
  await tried('beacon', async () => {
    navigator.sendBeacon(server + '/api/variables/', body('beacon')); return 'sent'; });
  await tried('form', () => new Promise(done => {
    const frame = document.createElement('iframe'); frame.name = 'target'; document.body.append(frame);
    const form = document.createElement('form');
    form.action = server + '/api/variables/'; form.method = 'post'; form.enctype = 'text/plain'; form.target = 'target';
    const field = document.createElement('input');
    field.name = '{"name": "form", "x": "'; field.value = '", "value": 1}';
    form.append(field); document.body.append(form); frame.onload = () => done('sent'); form.submit();
    setTimeout(() => done('sent'), 3000);
  }));
  await tried('frame', () => new Promise(done => {
    const frame = document.createElement('iframe'); frame.src = server + '/'; document.body.append(frame);
    frame.onload = () => { let seen; try { seen = frame.contentDocument ? 'empty' : 'blocked'; }
      catch (error) { seen = 'blocked'; } done(seen); };
    setTimeout(() => done('blocked'), 3000);
  }));
  await tried('image', () => new Promise(done => { const image = new Image();
    image.onload = () => done('shown'); image.onerror = () => done('refused');
    image.src = server + '/decorative_iso-pixel-grid_dark.svg'; }));
  for (const path of ['events/in', 'events/out', 'logs/out'])
    await tried('socket ' + path, () => new Promise(done => {
      const socket = new WebSocket(server.replace('http', 'ws') + '/api/' + path, 'prefect');
      socket.onopen = () => done('open'); socket.onerror = () => done('refused'); }));
  return JSON.stringify(told);
})()
"""


@contextmanager
def elsewhere() -> Iterator[int]:
    """A server of another origin with an empty page; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>elsewhere</title><body>elsewhere</body>")

        def log_message(self, *words: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def browser(program: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Chromium]:
    """A Chromium that reaches this machine, by its number and by any name below .example."""
    monkeypatch.setattr(driver, "FLAGS", tuple(NETWORK.get(flag, flag) for flag in driver.FLAGS))
    with chromium(program, environment, 240) as started:
        yield started


def opened(started: Chromium, session: str, address: str) -> None:
    """Open an address in a page and wait until it is there."""
    started.events.clear()
    started.ask("Page.navigate", session, url=address)
    started.wait_for("Page.loadEventFired", session)


def tried(started: Chromium, page: str, server: str, password: str) -> dict[str, Any]:
    """What a page's script got of a server."""
    with started.page() as session:
        opened(started, session, page)
        script = SCRIPT % {"server": json.dumps(server), "password": json.dumps(password)}
        told: dict[str, Any] = json.loads(evaluated(started, session, script))
        return told
