"""A store that cannot write, or cannot be read: refused, told, and survived."""
import os
import resource
import sqlite3
import subprocess

from suite import Daemon, Lives, eventually, main

CONFIG = """
channel "safe/*" {
	history = 100
	durable = true
}
"""


class Trouble(Lives):
    config = CONFIG

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.directory, "muster.db")

    def publish(self, data, target="channel/safe/news", **options):
        return self.asker.ask("publish", {"to": target, "data": data, **options})

    def kept(self):
        return [one["data"] for one in self.asker.ok("history", channel="safe/news")["messages"]]

    def refused_start(self):
        daemon = Daemon("store.kind=sqlite", "store.path=" + self.path, wait=False)
        self.assertNotEqual(daemon.wait_exit(), 0)
        return daemon.tail()

    def test_the_file_is_for_its_owner_alone(self):
        self.publish(1)
        self.assertEqual(os.stat(self.path).st_mode & 0o777, 0o600)

    def test_two_daemons_do_not_share_a_file(self):
        self.assertIn(self.path, self.refused_start())
        self.assertEqual(self.publish(1)["code"], 200)

    def test_a_newer_schema_is_refused(self):
        self.publish(1)
        self.end()
        database = sqlite3.connect(self.path)
        database.execute("UPDATE meta SET value = value + 1 WHERE name = 'schema'")
        database.commit()
        database.close()
        self.assertRegex(self.refused_start(), "(?i)newer")

    def test_what_is_no_database_is_refused_and_left_alone(self):
        self.publish(1)
        self.end()
        for name in os.listdir(self.directory):
            if name.startswith("muster.db-"):
                os.unlink(os.path.join(self.directory, name))
        junk = b"this is not a database" * 1000
        with open(self.path, "wb") as file:
            file.write(junk)
        self.assertIn(self.path, self.refused_start())
        with open(self.path, "rb") as file:
            self.assertEqual(file.read(), junk)

    def test_a_file_that_may_not_grow_is_1008_until_it_may(self):
        first = self.publish("first")["data"]
        _, most = resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (1, most))
        client = self.client(user="ann", channel=["safe/news"])
        for _ in range(3):
            self.assertEqual(self.publish("lost", id="a")["code"], 1008)
            self.assertEqual(self.publish("lost", "user/ann", offline=True, id="b")["code"], 1008)
        reply = client.command("history", {"channel": "safe/news"})
        self.assertEqual([one["data"] for one in reply["data"]["messages"]], ["first"])
        self.assertEqual(self.publish("passing", "user/ann")["code"], 200)
        self.assertEqual(client.data(1), ["passing"])  # nobody has what was not stored
        resource.prlimit(self.daemon.process.pid, resource.RLIMIT_FSIZE, (most, most))
        again = eventually(lambda: self.publish("again", id="a").get("data"), "it is stored again")
        self.assertEqual((again["duplicate"], again["epoch"]), (False, first["epoch"]))
        push = client.must_push()
        self.assertEqual((push["data"], push["offset"]), ("again", again["offset"]))
        self.assertIs(self.publish("mail", "user/ann", offline=True, id="b")["data"]["duplicate"], False)
        self.assertEqual(client.data(1), ["mail"])
        self.again(True)
        self.assertEqual(self.kept(), ["first", "again"])
        self.assertEqual(self.client(user="ann").data(1), ["mail"])

    def test_a_damaged_file_does_not_end_the_daemon(self):
        for i in range(100):
            self.publish([i, "x" * 1000])
        self.end()
        size = os.path.getsize(self.path)
        with open(self.path, "r+b") as file:
            for at in range(8192, size, 4096):
                file.seek(at)
                file.write(b"\xa5" * 4096)
        try:
            self.start()
        except AssertionError:
            return  # it said no
        for target, options in (("channel/safe/news", {}), ("channel/safe/other", {}), ("user/ann", {"offline": True}), ("all", {})):
            self.assertIn(self.publish(1, target, **options)["code"], (200, 1008))
        client = self.client(user="ann")
        client.command("subscribe", {"channel": "safe/news", "since": {"last": 5}})
        self.assertEqual(self.asker.ok("state")["store"], "sqlite")


class FullDisk(Lives):
    """The database lies on a small file system."""

    config = CONFIG
    store = "none"

    def setUp(self):
        super().setUp()
        if os.geteuid() != 0:
            self.skipTest("only root can mount a small file system")
        self.disk = os.path.join(self.directory, "disk")
        os.mkdir(self.disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", self.disk], stderr=subprocess.PIPE)
        if mounted.returncode:
            self.skipTest("cannot mount: %s" % mounted.stderr.decode().strip())
        self.cleanups()
        self.again(False, "store.kind=sqlite", "store.path=" + self.disk + "/muster.db")

    def cleanups(self):
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk])
        self.addCleanup(self.end)

    def fill(self):
        """Leave no byte."""
        with open(self.disk + "/filler", "ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass

    def publish(self, data, target="channel/safe/news", **options):
        return self.asker.ask("publish", {"to": target, "data": data, **options})

    def until_full(self):
        for i in range(2000):
            answer = self.publish([i, "x" * 1000], id="id %d" % i)
            if answer["code"] != 200:
                return i, answer
        raise AssertionError("the disk is never full")

    def test_a_full_disk_is_1008_until_there_is_space(self):
        client = self.client(user="ann", channel=["safe/news"])
        first = self.publish("first")["data"]
        self.assertEqual(client.data(1), ["first"])
        self.fill()
        failed, answer = self.until_full()
        self.assertEqual((answer["code"], list(answer)), (1008, ["code", "msg"]))
        self.assertEqual(self.asker.answer.status, 503)
        self.assertEqual(self.publish(1, "user/ann", offline=True)["code"], 1008)
        self.assertEqual(self.publish("passing", "user/ann")["code"], 200)
        self.daemon.wait_log("event=store_failed")
        self.assertGreater(self.daemon.metric("muster_store_failures_total"), 1)
        self.assertEqual([one[0] for one in client.data(failed)] if failed else [], list(range(failed)))
        self.assertEqual(client.data(1), ["passing"])  # nobody has what was not stored
        os.unlink(self.disk + "/filler")
        again = eventually(lambda: self.answered("again", "id %d" % failed), "it is stored again")
        self.assertIs(again["duplicate"], False)
        self.assertEqual(again["epoch"], first["epoch"])
        self.assertGreater(again["offset"], first["offset"] + failed)
        push = client.must_push()
        self.assertEqual((push["data"], push["offset"]), ("again", again["offset"]))
        self.assertEqual(self.publish(1, "user/ann", offline=True)["code"], 200)
        self.again(True, "store.kind=sqlite", "store.path=" + self.disk + "/muster.db")
        page = self.asker.ok("history", channel="safe/news", since={"last": 1})
        self.assertEqual([one["data"] for one in page["messages"]], ["again"])
        self.assertEqual((page["epoch"], page["offset"]), (again["epoch"], again["offset"]))

    def answered(self, data, name):
        answer = self.publish(data, id=name)
        self.assertIn(answer["code"], (200, 1008))
        return answer.get("data")

    def test_a_file_that_cannot_be_written_is_refused_at_the_start(self):
        self.assertEqual(self.publish(1)["code"], 200)
        self.end()
        subprocess.run(["mount", "-o", "remount,ro", self.disk], check=True)
        path = self.disk + "/muster.db"
        daemon = Daemon("store.kind=sqlite", "store.path=" + path, wait=False)
        self.assertNotEqual(daemon.wait_exit(), 0)
        self.assertRegex(daemon.tail(), "%s: cannot be written" % path)
        subprocess.run(["mount", "-o", "remount,rw", self.disk], check=True)
        self.start("store.kind=sqlite", "store.path=" + path)
        self.assertEqual([one["data"] for one in self.asker.ok("history", channel="safe/news")["messages"]], [1])


if __name__ == "__main__":
    main()
