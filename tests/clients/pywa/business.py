"""A business that is run by pywa, sync or async, as anybody would use it: one client with its own webhook server."""

import asyncio
import collections
import inspect
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pywa
import pywa_async
import uvicorn
from starlette.applications import Starlette

from world import APP_ID, APP_SECRET, NUMBER, PATIENCE, PORTFOLIO, TOKEN, WABA, free_port, until

META = "https://graph.facebook.com"


class Hearing(threading.Thread):
    """An event loop in a thread of its own: the webhook server lives there, and the async client."""

    def __init__(self):
        super().__init__(daemon=True)
        self.loop = asyncio.new_event_loop()
        self.start()

    def run(self):
        self.loop.run_forever()

    def future(self, awaitable):
        async def awaited():
            return await awaitable

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop)

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.join(timeout=PATIENCE)


def at(emulator, client):
    """An httpx client whose base URL stays with the emulator: pywa sets Meta's, and nothing else is changed."""

    class There(client):
        @property
        def base_url(self):
            return client.base_url.fget(self)

        @base_url.setter
        def base_url(self, url):
            client.base_url.fset(self, str(url).replace(META, emulator.url))

    return There


class Sync:
    """`pywa`: calls block."""

    name, library, client, hooks_wait = "sync", pywa, httpx.Client, False

    def __init__(self, hearing):
        self.threads = ThreadPoolExecutor()

    def do(self, result):
        return result

    def later(self, call):
        """Begins a call that waits for something to happen; gives back a future."""
        return self.threads.submit(call)

    def each(self, stream):
        return list(stream)

    def callback(self, function):
        return lambda wa, update: function(wa, update)

    def then(self, result, function):
        return function(result)


class Async:
    """`pywa_async`: calls are awaited, on the loop that its webhook server runs on."""

    name, library, client, hooks_wait = "async", pywa_async, httpx.AsyncClient, True

    def __init__(self, hearing):
        self.hearing = hearing

    def do(self, result):
        return self.hearing.future(result).result(PATIENCE) if inspect.isawaitable(result) else result

    def later(self, call):
        async def awaited():
            return await call()

        return self.hearing.future(awaited())

    def each(self, stream):
        async def gathered():
            return [one async for one in stream]

        return self.do(gathered())

    async def then(self, result, function):
        return function(await result)

    def callback(self, function):
        async def called(wa, update):
            result = function(wa, update)
            return await result if inspect.isawaitable(result) else result

        return called


class Doorbell:
    """Stands before pywa's routes and notes every request with the answer that pywa gave."""

    def __init__(self, app):
        self.app = app
        self.rings = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        ring = {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "headers": {k.decode().lower(): v.decode() for k, v in scope["headers"]},
            "body": b"",
            "status": None,
        }

        async def heard():
            message = await receive()
            ring["body"] += message.get("body", b"")
            return message

        async def answered(message):
            if message["type"] == "http.response.start":
                ring["status"] = message["status"]
                self.rings.append(ring)
            await send(message)

        await self.app(scope, heard, answered)


class Business:
    """One client that sends, with its own webhook server that checks signatures. `heard` has what its handlers were given."""

    def __init__(self, emulator, way, **more):
        self.hearing = Hearing()
        self.way = way(self.hearing)
        self.do, self.later, self.each = self.way.do, self.way.later, self.way.each
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        app = Starlette()
        self.door = Doorbell(app)
        config = uvicorn.Config(self.door, host="127.0.0.1", port=self.port, log_level="warning", lifespan="off")
        self.server = uvicorn.Server(config)
        self.serving = self.hearing.future(self.server.serve())
        until("the webhook server", lambda: self.server.started)
        self.sent = []
        # The callback is registered by pywa itself: app token, POST /{app}/subscriptions, handshake.
        self.wa = way.library.WhatsApp(
            phone_id=NUMBER,
            token=TOKEN,
            waba_id=WABA,
            business_portfolio_id=PORTFOLIO,
            app_id=APP_ID,
            app_secret=APP_SECRET,
            verify_token="pywa-asks-for-this",
            callback_url=self.url,
            webhook_challenge_delay=0,
            webhook_endpoint="/webhook",
            server=app,
            session=at(emulator, way.client)(timeout=10, event_hooks=self._hooks(emulator)),
            **more,
        )
        self.heard = collections.defaultdict(list)
        for event in events(way.library.WhatsApp):
            getattr(self.wa, event)(self.way.callback(self._noting(event)))
        until("the handshake", lambda: self.rings("GET"))

    def _hooks(self, emulator):
        """Notes every request in `sent`: method, path, body and answer."""

        def note(response, body):
            self.sent.append((response.request.method, response.request.url.path, body, response))

        def took(response):
            if told(response):
                response.read()
            note(response, response.request.read())

        async def took_later(response):
            if told(response):
                await response.aread()
            note(response, await response.request.aread())

        def told(response):
            """Files are left for pywa to stream."""
            return response.headers.get("content-type", "").startswith("application/json")

        # Template archives stand on a second host of Meta's, whatever the base URL is.
        def here(request):
            if request.url.host == "api.facebook.com":
                request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=emulator.port)

        async def here_later(request):
            here(request)

        waits = self.way.hooks_wait
        return {"request": [here_later if waits else here], "response": [took_later if waits else took]}

    def _noting(self, event):
        return lambda _, update: self.heard[event].append(update)

    def stop(self):
        self.server.should_exit = True
        self.serving.result(PATIENCE)
        self.hearing.stop()

    def rings(self, method):
        return [ring for ring in self.door.rings if ring["method"] == method]

    def hears(self, event, like):
        """Waits until the handlers of an event were given something like this."""
        # In a list, since some of pywa's updates are false: a "no" to a request, a stop.
        (found,) = until(f"{event} in pywa", lambda: [one for one in self.heard[event] if like(one)][:1])
        return found

    def received(self, wamid, event="on_message"):
        return self.hears(event, lambda update: update.id == wamid)

    def waits(self, call):
        """Begins a call that listens; comes back as soon as pywa listens."""
        before = set(self.wa._listeners)
        future = self.later(call)
        until("a listener", lambda: future.done() or set(self.wa._listeners) - before)
        return future

    def ticks(self, wamid):
        return [str(status.status.value) for status in self.heard["on_message_status"] if status.id == wamid]

    def raw_statuses(self, wamid):
        """The statuses of a message in the webhooks that pywa took, as they came."""
        bodies = [json.loads(ring["body"]) for ring in self.rings("POST") if ring["status"] == 200]
        values = [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]
        return [status for value in values for status in value.get("statuses", []) if status["id"] == wamid]


def events(client):
    """The names of the decorators for what comes by webhook. `on_flow_request` needs an endpoint and is used by hand."""
    return [name for name in dir(client) if name.startswith("on_") and name != "on_flow_request"]
