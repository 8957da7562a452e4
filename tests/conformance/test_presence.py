"""Who is here: what is pushed about it, and what is not."""
import time

from suite import PATIENCE, Facts, Poll, Sse, Ws, keys, main, spread


class Watch:
    """What a watcher of a channel has been told so far."""

    def __init__(self, client):
        self.client = client
        self.joined, self.left = [], []
        self.users = self.sessions = None
        self.pushes = 0

    def until(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition(self):
            push = self.client.next_push(max(0, deadline - time.monotonic()))
            if push is None:
                raise AssertionError("told of joins %s, leaves %s, %s users, %s sessions" % (
                    self.joined, self.left, self.users, self.sessions))
            if push["push"] != "presence":
                raise AssertionError("not presence: %r" % push)
            self.pushes += 1
            self.joined += [(one["user"], one["app"]) for one in push.get("join", [])]
            self.left += [(one["user"], one["app"]) for one in push.get("leave", [])]
            self.users, self.sessions = push["users"], push["sessions"]
        return self


class Presence(Facts):
    options = ("presence_interval=50ms", "leave_grace=0")

    def watch(self, channel, user=None):
        client = self.client(user=user)
        client.ok("subscribe", {"channel": channel, "presence": "list"})
        return Watch(client)

    def test_a_push_has_its_keys_in_order(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel)
        ann = self.client(channel=channel, app="web")
        ann.ok("login", {"user": user})
        watch.until(lambda seen: (user, "web") in seen.joined)
        self.assertEqual(keys(watch.client.raw), ["push", "channel", "join", "users", "sessions"])
        ann.close()
        watch.until(lambda seen: (user, "web") in seen.left)
        self.assertEqual(keys(watch.client.raw), ["push", "channel", "leave", "users", "sessions"])

    def test_joins_and_leaves_are_told_with_counts(self):
        channel, ann, bob = self.name("room"), self.name("ann"), self.name("bob")
        watch = self.watch(channel)
        clients = [self.client(user=user) for user in (ann, bob)]
        for client in clients:
            client.ok("subscribe", {"channel": channel})
        watch.until(lambda seen: (seen.users, seen.sessions) == (2, 3))
        self.assertEqual(sorted(watch.joined), sorted([(ann, "0"), (bob, "0")]))
        clients[0].close()
        clients[1].ok("unsubscribe", {"channel": channel})
        watch.until(lambda seen: (seen.users, seen.sessions) == (0, 1))
        self.assertEqual(sorted(watch.left), sorted([(ann, "0"), (bob, "0")]))

    def test_three_tabs_are_one_user(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel)
        tabs = [self.client(kind, user=user, channel=channel) for kind in (Ws, Sse, Poll)]
        watch.until(lambda seen: seen.sessions == 4 and seen.users == 1)
        for tab in tabs[:2]:
            tab.close()
        watch.until(lambda seen: seen.sessions == 2)
        self.assertEqual((watch.joined, watch.left, watch.users), ([(user, "0")], [], 1))
        tabs[2].close()
        watch.until(lambda seen: seen.sessions == 1)
        self.assertEqual((watch.joined, watch.left, watch.users), ([(user, "0")], [(user, "0")], 0))

    def test_a_user_joins_once_per_app(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel)
        for app in ("web", "phone"):
            self.client(user=user, app=app, channel=channel)
        watch.until(lambda seen: seen.sessions == 3 and len(seen.joined) == 2)
        self.assertEqual(sorted(watch.joined), [(user, "phone"), (user, "web")])
        self.assertEqual(watch.users, 1)

    def test_visitors_without_a_user_are_counted_and_not_named(self):
        channel = self.name("room")
        watch = self.watch(channel)
        self.clients(2, channel=channel)
        watch.until(lambda seen: seen.sessions == 3)
        self.assertEqual((watch.joined, watch.users), ([], 0))

    def test_login_joins_and_logout_leaves(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel)
        client = self.client(channel=channel)
        client.ok("login", {"user": user})
        watch.until(lambda seen: seen.joined == [(user, "0")])
        client.ok("logout")
        watch.until(lambda seen: seen.left == [(user, "0")])
        self.assertEqual((watch.users, watch.sessions), (0, 2))

    def test_the_watcher_is_told_of_himself(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel, user=user)
        other = self.name("bob")
        self.client(user=other, channel=channel)
        watch.until(lambda seen: (other, "0") in seen.joined)
        self.assertEqual(watch.users, 2)

    def test_who_did_not_ask_is_not_told(self):
        channel = self.name("room")
        watch, quiet = self.watch(channel), self.client(channel=channel)
        user = self.name("ann")
        self.client(user=user, channel=channel)
        watch.until(lambda seen: (user, "0") in seen.joined)
        self.assert_nothing(quiet)

    def test_who_unsubscribed_is_not_told(self):
        channel = self.name("room")
        gone, watch = self.watch(channel), self.watch(channel)
        gone.until(lambda seen: seen.sessions == 2)
        gone.client.ok("unsubscribe", {"channel": channel})
        watch.until(lambda seen: seen.sessions == 1)
        user = self.name("ann")
        self.client(user=user, channel=channel)
        watch.until(lambda seen: (user, "0") in seen.joined)
        self.assert_nothing(gone.client)

    def test_presence_pushes_are_numbered_and_resumed(self):
        channel, user = self.name("room"), self.name("ann")
        watch = self.watch(channel)
        watch.client.drop()
        self.client(user=user, channel=channel)
        for kind in (Ws, Sse, Poll):
            other = self.new(kind)
            other.resume(watch.client)
            seen = Watch(other)
            seen.until(lambda seen: (user, "0") in seen.joined)
            self.assertEqual(other.n, watch.client.n + seen.pushes)
            other.drop()

    def test_counts_are_pushed_to_those_who_want_counts(self):
        channel = self.name("room")
        client = self.client()
        client.ok("subscribe", {"channel": channel, "presence": "count"})
        self.client(user=self.name("ann"), channel=channel)
        push = client.must_push()
        while push["sessions"] < 2 or push["users"] < 1:
            push = client.must_push()
        self.assertEqual(push, {"push": "count", "users": 1, "devices": 2, "sessions": 2})
        self.assertEqual(keys(client.raw), ["push", "users", "devices", "sessions"])

    def test_an_app_counts_its_own(self):
        app = self.name("app")
        client = self.client(app=app)
        client.ok("subscribe", {"channel": "$app/" + app, "presence": "count"})
        self.client(app=app, device="a")
        self.client(app=app, device="a", user=self.name("ann"))
        self.client(app=self.name("app"))
        push = client.must_push()
        while (push["users"], push["devices"], push["sessions"]) != (1, 2, 3):
            self.assertEqual(push["push"], "count")
            push = client.must_push()


class Everybody(Facts):
    """$all counts every session of the daemon, so each fact has one of its own."""

    options = ("presence_interval=20ms", "leave_grace=0")

    def test_all_counts_users_devices_and_sessions(self):
        watcher = self.client()
        watcher.ok("subscribe", {"channel": "$all", "presence": "count"})
        user = self.name("ann")
        tabs = [self.client(kind, user=user, device="laptop", app=app)
                for kind, app in ((Ws, "web"), (Sse, "web"), (Poll, "phone"))]
        visitors = self.clients(2, device="kiosk")
        self.wait_count(watcher, 1, 3, 6)
        for client in visitors:
            client.close()
        self.wait_count(watcher, 1, 2, 4)
        for client in tabs:
            client.close()
        self.wait_count(watcher, 0, 1, 1)

    def wait_count(self, client, users, devices, sessions):
        expected = {"push": "count", "users": users, "devices": devices, "sessions": sessions}
        seen = None
        while seen != expected:
            before, seen = seen, client.next_push()
            self.assertIsNotNone(seen, "the last count was %r, not %r" % (before, expected))


class Coalescing(Facts):
    options = ("presence_interval=500ms", "leave_grace=0")

    def test_at_most_one_push_per_channel_and_interval(self):
        channel = self.name("room")
        watcher = self.client()
        watcher.ok("subscribe", {"channel": channel, "presence": "list"})
        members = [self.client(user=self.name("ann")) for _ in range(20)]
        begin = time.monotonic()
        for member in members:
            member.ok("subscribe", {"channel": channel})
        watch = Watch(watcher).until(lambda seen: seen.users == 20)
        elapsed = time.monotonic() - begin
        self.assertEqual(len(watch.joined), 20)
        self.assertLessEqual(watch.pushes, elapsed / 0.5 + 1)

    def test_who_comes_and_goes_within_an_interval_was_not_there(self):
        channel, flitting, staying = self.name("room"), self.name("ann"), self.name("bob")
        watcher = self.client()
        watcher.ok("subscribe", {"channel": channel, "presence": "list"})
        ann, bob = self.client(Ws, user=flitting), self.client(Ws, user=staying)
        for _ in range(10):  # until it was quick enough
            begin = time.monotonic()
            watch = Watch(watcher).until(lambda seen: seen.users in (None, 0))
            ann.ok("subscribe", {"channel": channel})
            ann.ok("unsubscribe", {"channel": channel})
            bob.ok("subscribe", {"channel": channel})
            if time.monotonic() - begin < 0.4:
                break
            Watch(watcher).until(lambda seen: seen.users == 1)
            bob.ok("unsubscribe", {"channel": channel})
            Watch(watcher).until(lambda seen: seen.users == 0)
        watch.until(lambda seen: (staying, "0") in seen.joined)
        self.assertNotIn((flitting, "0"), watch.joined)
        self.assertEqual(watch.left, [])


class Reloading(Facts):
    """A page reload is no leave and join."""

    options = ("presence_interval=50ms", "leave_grace=1h")

    def test_a_session_that_comes_back_in_time_never_left(self):
        channel, ann, bob = self.name("room"), self.name("ann"), self.name("bob")
        watcher = self.client(Ws)
        watcher.ok("subscribe", {"channel": channel, "presence": "list"})
        watch = Watch(watcher)
        page = self.client(user=ann, channel=channel)
        watch.until(lambda seen: (ann, "0") in seen.joined)
        for leave in (page.close, page.drop):
            leave()
            self.daemon.wait_metric("muster_connections", 1)
            page.resume()
        self.client(user=bob, channel=channel)
        watch.until(lambda seen: (bob, "0") in seen.joined)
        self.assertEqual((sorted(watch.joined), watch.left), ([(ann, "0"), (bob, "0")], []))

    def test_a_page_that_was_replaced_by_another_is_one_user_throughout(self):
        channel, ann, bob = self.name("room"), self.name("ann"), self.name("bob")
        watcher = self.client(Ws)
        watcher.ok("subscribe", {"channel": channel, "presence": "list"})
        watch = Watch(watcher)
        self.client(user=ann, channel=channel).close()
        self.client(user=ann, channel=channel)
        self.client(user=bob, channel=channel)
        watch.until(lambda seen: (bob, "0") in seen.joined)
        self.assertEqual((sorted(watch.joined), watch.left), ([(ann, "0"), (bob, "0")], []))


spread(globals(), Presence, Coalescing, Reloading, Everybody)
if __name__ == "__main__":
    main()
