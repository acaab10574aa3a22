"""Every test of pywa runs twice: with `pywa` and with `pywa_async`, each module with an emulator of its own."""

import pytest

from business import Async, Business, Sync
from world import Emulator


@pytest.fixture(scope="module", params=[Sync, Async], ids=lambda way: way.name)
def way(request):
    return request.param


@pytest.fixture(scope="module")
def emulator(way):
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def business(emulator, way):
    business = Business(emulator, way)
    yield business
    business.stop()


class Calling:
    """The client's methods, awaited where that is needed: a test reads the same for both clients."""

    def __init__(self, business):
        self.business = business

    def __getattr__(self, name):
        method = getattr(self.business.wa, name)
        return lambda *args, **kwargs: self.business.do(method(*args, **kwargs))


@pytest.fixture(scope="module")
def wa(business):
    return Calling(business)


@pytest.fixture(scope="module")
def do(business):
    """For what objects of pywa offer: `do(message.reply("hola"))`."""
    return business.do


@pytest.fixture
def ana(emulator, business):
    """A customer who has just written, so that free-form messages may be sent to her."""
    customer = emulator.customer("Ana Torres")
    customer.hello = customer.say("hola")
    business.received(customer.hello)
    return customer
