"""A TCP proxy on loopback that treats connections badly: it cuts them at a random
byte of what comes back, in good order (FIN) or not (RST), or in the midst of a
request (torn), delays them, or takes everything and hands nothing on for a while
(a black hole) before it cuts.

    proxy = Proxy(daemon.public(), random.Random(seed))
    client = Ws(daemon, address=proxy.address)
    proxy.gentle()          from here on new connections are left alone
    proxy.close()

Which fate a connection has, and when, comes from the generator alone, in the order
in which connections arrive."""
import asyncio
import collections
import socket
import struct
import threading

CHUNK = 16384
# fate -> how many of 100 connections
FATES = (("fin", 25), ("rst", 25), ("torn", 10), ("delay", 15), ("hole", 10), ("none", 15))
MOST_OF_A_REQUEST = 250


class Fate:
    """What happens to one connection, once so many bytes have come back, or, when it
    is torn, gone there."""

    def __init__(self, kind, after, pause):
        self.kind = kind
        self.after = after
        self.pause = pause


class Proxy:
    def __init__(self, address, random, most_bytes=12000, longest_pause=0.4):
        host, port = address.rsplit(":", 1)
        self.target = (host.strip("[]"), int(port))
        self.random = random
        self.most_bytes = most_bytes
        self.longest_pause = longest_pause
        self.is_gentle = False
        self.met = collections.Counter()  # fates that came true
        self.connections = set()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = asyncio.run_coroutine_threadsafe(self._listen(), self.loop).result()
        self.address = "127.0.0.1:%d" % self.server.sockets[0].getsockname()[1]

    async def _listen(self):
        return await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=CHUNK)

    def gentle(self):
        self.is_gentle = True

    def close(self):
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _close(self):
        self.server.close()
        for task in list(self.connections):
            task.cancel()
        await asyncio.gather(*self.connections, return_exceptions=True)

    def _draw(self):
        if self.is_gentle:
            return Fate("none", 0, 0)
        kind = self.random.choices([name for name, _ in FATES], [share for _, share in FATES])[0]
        most = MOST_OF_A_REQUEST if kind == "torn" else self.most_bytes
        after = int(self.random.random() ** 3 * most)  # most cuts come early
        return Fate(kind, after, self.random.uniform(0.02, self.longest_pause))

    async def _accept(self, reader, writer):
        task = asyncio.current_task()
        self.connections.add(task)
        try:
            await self._carry(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            self.connections.discard(task)

    async def _carry(self, reader, writer):
        fate = self._draw()
        try:
            back, there = await asyncio.open_connection(*self.target, limit=CHUNK)
        except OSError:
            writer.transport.abort()
            return
        pumps = [asyncio.ensure_future(self._hand_on(reader, there, fate)),
                 asyncio.ensure_future(self._hand_back(back, writer, fate))]
        is_cut = False
        try:
            done, _ = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            is_cut = any(pump.result() for pump in done)
            if is_cut and fate.kind == "hole":
                await asyncio.sleep(fate.pause)
        finally:
            for pump in pumps:
                pump.cancel()
            end(writer, is_cut and fate.kind != "fin")
            end(there, is_cut and fate.kind != "fin")

    async def _hand_on(self, reader, writer, fate):
        """True: it was torn; false: one of the two ended it."""
        left = fate.after
        try:
            while data := await reader.read(CHUNK):
                if fate.kind == "torn" and len(data) > left:
                    writer.write(data[:left])
                    await writer.drain()
                    self.met[fate.kind] += 1
                    return True
                left -= len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        return False

    async def _hand_back(self, reader, writer, fate):
        """True: its fate came true; false: one of the two ended it."""
        left = fate.after
        try:
            while data := await reader.read(CHUNK):
                if fate.kind not in ("none", "torn") and len(data) > left:
                    writer.write(data[:left])
                    await writer.drain()
                    self.met[fate.kind] += 1
                    if fate.kind != "delay":
                        return True
                    await asyncio.sleep(fate.pause)
                    data, left, fate = data[left:], 0, Fate("none", 0, 0)
                left -= len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        return False


def end(writer, is_reset):
    """By a FIN behind all that was handed on, or by a RST."""
    if is_reset:
        connected = writer.get_extra_info("socket")
        if connected and connected.fileno() >= 0:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    else:
        writer.close()
