"""Coming in: the welcome, and who is turned away."""
import json
import urllib.parse

from suite import Ended, Facts, Poll, Refused, Sse, Ws, connect_http, exchange, keys, main, spread

SID = "AAAAAAAAAAAAAAAAAAAAAA"


class Welcome(Facts):
    options = ("ping=20s", "resume=40s")

    def test_it_has_its_keys_in_order(self):
        client = self.client(app="web", channel=self.name("news"))
        self.assertEqual(keys(client.raw), ["push", "sid", "id", "n", "node", "ping", "resume", "app", "time", "channels"])

    def test_absent_keys_are_left_out(self):
        client = self.client()
        self.assertEqual(keys(client.raw), ["push", "sid", "id", "n", "node", "ping", "resume", "app", "time"])

    def test_it_tells_the_session_and_the_settings(self):
        client = self.client()
        welcome = client.welcome
        self.assertRegex(welcome["sid"], "^[A-Za-z0-9_-]{22}$")
        self.assertRegex(welcome["id"], "^[A-Za-z0-9_-]{16}$")
        self.assertEqual((welcome["n"], welcome["ping"], welcome["resume"], welcome["app"]), (0, 20000, 40000, "0"))
        self.assertTrue(welcome["node"])
        self.assertGreater(welcome["time"], 1600000000000)

    def test_it_is_compact(self):
        client = self.client(channel="news")
        self.assertEqual(client.raw, json.dumps(client.welcome, separators=(",", ":")))

    def test_no_two_sessions_have_the_same_names(self):
        clients = self.clients(20)
        self.assertEqual(len({client.sid for client in clients}), 20)
        self.assertEqual(len({client.id for client in clients}), 20)

    def test_it_lists_the_outcome_of_each_channel(self):
        one, two = self.name("news"), self.name("room")
        client = self.client(channel=[one, two, "$app/other"])
        self.assertEqual(list(client.welcome["channels"]), [one, two, "$app/other"])
        self.assertEqual(client.welcome["channels"][one], {"code": 200})
        self.assertEqual(client.welcome["channels"][two], {"code": 200})
        self.assertEqual(client.welcome["channels"]["$app/other"]["code"], 1003)
        self.publish("channel/" + one, 1)
        self.publish("channel/" + two, 2)
        self.assert_data(client, 1, 2)

    def test_resumed_says_the_same_with_n_and_lost(self):
        client = self.client(app="web", channel="news", user="ann")
        for kind in (Ws, Sse):
            other = self.new(kind)
            other.resume(client, channel="news")
            self.assertEqual(keys(other.raw), ["push", "sid", "n", "lost", "id", "node", "ping", "resume", "user", "app",
                                               "time", "channels"])
            self.assertEqual(other.welcome["push"], "resumed")
            self.assertEqual((other.sid, other.id), (client.sid, client.id))
            self.assertEqual(other.welcome["user"], "ann")
            self.assertEqual(other.welcome["channels"]["news"], {"code": 200})

    def test_a_new_client_gets_a_device_as_a_cookie(self):
        headers = self.attach_headers(self.transport, {})
        self.assertRegex(headers["set-cookie"], "^muster_device=[A-Za-z0-9_-]+;")
        self.assertIn("httponly", headers["set-cookie"].lower())

    def test_a_device_in_the_cookie_is_kept(self):
        device = self.name("device")
        headers = self.attach_headers(self.transport, {"Cookie": "a=b; muster_device=%s; c=d" % device})
        self.assertNotIn("set-cookie", headers)
        client = self.new()
        client.attach(headers={"Cookie": "muster_device=" + device})
        self.assert_reaches("device/" + device, [client], [])

    def attach_headers(self, transport, headers):
        """The head of the answer to an attach, lower case."""
        if transport is Poll:
            answer = self.daemon.request("GET", "/poll", headers=headers)
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            return {name.lower(): value for name, value in answer.headers.items()}
        client = self.new(transport)
        client.attach(headers=headers)
        found = client.socket.response_headers.items() if transport is Ws else client.headers.items()
        return {name.lower(): value for name, value in found}


class Origins(Facts):
    options = ("origins=same,https://*.example.org",)

    def attach_from(self, origin):
        client = self.new()
        client.attach(headers={"Origin": origin})
        return client

    def test_the_origin_of_the_same_host_is_allowed(self):
        self.attach_from("http://" + self.daemon.public())

    def test_an_origin_of_the_list_is_allowed(self):
        self.attach_from("https://shop.example.org")

    def test_no_origin_is_allowed(self):
        self.client()

    def test_another_origin_is_refused_with_403_and_counted(self):
        name = 'muster_attaches_refused_total{reason="origin"}'
        for origin in ("https://example.com", "http://shop.example.org", "https://example.org.evil.com", "null",
                       "http://127.0.0.1:1", "https://evilexample.org"):
            with self.subTest(origin=origin):
                before = self.daemon.metric(name)
                with self.assertRaises(Refused) as refused:
                    self.attach_from(origin)
                self.assertEqual(refused.exception.status, 403)
                self.daemon.wait_metric(name, before + 1)

    def test_a_refusal_says_code_and_error(self):
        answer = self.daemon.request("GET", self.transport.path, headers={"Origin": "https://example.com"})
        self.assertEqual(answer.status, 403)
        self.assertEqual(list(answer.json()), ["code", "error"])
        self.assertEqual(answer.json()["code"], 1003)

    def test_send_from_another_origin_is_refused(self):
        client = self.client()
        answer = self.daemon.request("POST", "/send?sid=" + client.sid, '{"cmd":"close"}',
                                     {"Origin": "https://example.com"})
        self.assertEqual(answer.status, 403)


class Cors(Facts):
    options = ("origins=https://www.example.org",)
    origin = {"Origin": "https://www.example.org"}

    def test_a_preflight_is_answered(self):
        for path in ("/poll", "/send?sid=" + SID, "/sse", "/attach-check"):
            with self.subTest(path=path):
                answer = self.daemon.request("OPTIONS", path, headers={
                    **self.origin, "Access-Control-Request-Method": "POST",
                    "Access-Control-Request-Headers": "content-type,authorization"})
                self.assertIn(answer.status, (200, 204))
                self.assertEqual(answer.headers["Access-Control-Allow-Origin"], self.origin["Origin"])
                self.assertIn("POST", answer.headers["Access-Control-Allow-Methods"])
                allowed = answer.headers["Access-Control-Allow-Headers"].lower()
                for header in ("content-type", "authorization"):
                    self.assertIn(header, allowed)

    def test_a_preflight_of_another_origin_is_refused(self):
        answer = self.daemon.request("OPTIONS", "/poll", headers={
            "Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"})
        self.assertEqual(answer.status, 403)
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)

    def test_answers_name_the_origin_they_are_for(self):
        poll = self.daemon.request("GET", "/poll", headers=self.origin)
        sid = poll.json()["sid"]
        send = self.daemon.request("POST", "/send?sid=" + sid, '{"cmd":"ping"}', self.origin)
        gone = self.daemon.request("GET", "/poll?sid=%s&n=0" % SID, headers=self.origin)
        for answer, status in ((poll, 200), (send, 200), (gone, 410)):
            self.assertEqual(answer.status, status)
            self.assertEqual(answer.headers["Access-Control-Allow-Origin"], self.origin["Origin"])
            self.assertIn("origin", answer.headers["Vary"].lower())

    def test_an_event_stream_names_the_origin_it_is_for(self):
        client = self.new(Sse)
        client.attach(headers=self.origin)
        self.assertEqual(client.headers["access-control-allow-origin"], self.origin["Origin"])


class Refusals(Facts):
    def refusal(self, path, **how):
        answer = self.daemon.request("GET", path, **how)
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        self.assertEqual(list(answer.json())[:2], ["code", "error"])
        return answer

    def test_an_unknown_session_is_410_by_poll(self):
        for sid in (SID, "short", "!" * 22, "A" * 300):
            with self.subTest(sid=sid):
                answer = self.refusal("/poll?n=0&sid=" + urllib.parse.quote(sid))
                self.assertEqual(answer.status, 410)
                self.assertEqual(list(answer.json()), ["code", "error", "close", "reconnect"])
                self.assertEqual((answer.json()["code"], answer.json()["close"]), (1014, 4006))
                self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_an_unknown_session_is_4006_by_websocket(self):
        for sid in (SID, "short"):
            with self.assertRaises(Ended) as ended:
                self.new(Ws).attach(sid=sid, n=0)
            self.assertEqual(ended.exception.code, 4006)

    def test_an_unknown_session_is_welcomed_afresh_by_sse(self):
        client = self.new(Sse)
        client.attach(sid=SID, n=5)
        self.assertEqual(client.welcome["push"], "welcome")
        self.assertNotEqual(client.sid, SID)

    def test_an_unknown_last_event_id_is_welcomed_afresh(self):
        client = self.new(Sse)
        client.attach(headers={"Last-Event-ID": SID + ".5"})
        self.assertEqual(client.welcome["push"], "welcome")

    def test_a_wrong_websocket_version_is_426(self):
        answer = self.daemon.request("GET", "/ws", headers={
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "8",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        self.assertEqual(answer.status, 426)
        self.assertEqual(answer.headers["Sec-WebSocket-Version"], "13")

    def test_a_wrong_method_is_405(self):
        for method, path in (("POST", "/sse"), ("DELETE", "/poll"), ("GET", "/send?sid=" + SID), ("POST", "/ws")):
            with self.subTest(method=method, path=path):
                answer = self.daemon.request(method, path, "" if method == "POST" else None)
                self.assertEqual(answer.status, 405)
                self.assertTrue(answer.headers["Allow"])

    def test_an_unknown_path_is_404(self):
        self.assertEqual(self.daemon.request("GET", "/nowhere").status, 404)

    def test_a_wrong_parameter_is_400(self):
        for bad in ("n=x", "app=%01", "device=" + "x" * 200, "wait=-1", "channel="):
            with self.subTest(bad=bad):
                self.assertEqual(self.refusal("/poll?" + bad).status, 400)

    def test_attach_check_says_what_an_attach_would_get_and_opens_nothing(self):
        before = self.daemon.metric("muster_attaches_total")
        self.assertEqual(self.daemon.request("GET", "/attach-check?app=web").status, 200)
        refused = self.daemon.request("GET", "/attach-check", headers={"Origin": "https://example.com"})
        self.assertEqual(refused.status, 403)
        self.assertEqual(self.daemon.metric("muster_attaches_total"), before)

    def test_healthz_is_ok(self):
        answer = self.daemon.request("GET", "/healthz")
        self.assertEqual((answer.status, answer.text.strip()), (200, "ok"))
        self.assertEqual(self.daemon.api("/healthz").status, 200)
        self.assertEqual(self.daemon.api("/readyz").status, 200)

    def test_a_request_for_a_stream_on_a_used_connection_is_sent_to_a_new_one(self):
        connection = connect_http(self.daemon.public())
        self.addCleanup(connection.close)
        self.assertEqual(exchange(connection, "GET", "/poll").status, 200)
        answer = exchange(connection, "GET", "/sse?app=web")
        self.assertEqual(answer.status, 307)
        self.assertEqual(answer.headers["Location"], "/sse?app=web")
        self.assertEqual(answer.headers["Connection"].lower(), "close")

    def test_a_websocket_on_a_used_connection_is_426(self):
        connection = connect_http(self.daemon.public())
        self.addCleanup(connection.close)
        self.assertEqual(exchange(connection, "GET", "/poll").status, 200)
        answer = exchange(connection, "GET", "/ws", headers={
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="})
        self.assertEqual(answer.status, 426)

    def test_a_head_over_16_kib_is_refused(self):
        answer = self.daemon.request("GET", "/poll", headers={"X-Long": "x" * 17000})
        self.assertEqual(answer.status, 431)


class Tokens(Facts):
    """Without a key there is nobody to believe."""

    options = ("auth=token",)

    def test_an_attach_without_a_token_is_401(self):
        with self.assertRaises(Refused) as refused:
            self.client()
        self.assertEqual(refused.exception.status, 401)

    def test_an_attach_with_a_token_nobody_can_check_is_401(self):
        with self.assertRaises(Refused) as refused:
            self.client(token="a.b.c")
        self.assertEqual(refused.exception.status, 401)

    def test_attach_check_is_401_too(self):
        answer = self.daemon.request("GET", "/attach-check")
        self.assertEqual((answer.status, answer.json()["code"]), (401, 1000))


class Anonymous(Facts):
    """Visitors are let in, and are nobody in particular."""

    options = ("auth=token", "anonymous=true")

    def test_a_visitor_names_neither_app_nor_device(self):
        client, device = self.client(app="web", device="mine"), self.name("device")
        self.assertEqual(client.welcome["app"], "0")
        self.assert_reaches("device/mine", [], [client])
        browser = self.new()
        browser.attach(headers={"Cookie": "muster_device=" + device})
        self.assert_reaches("device/" + device, [browser], [client])

    def test_a_visitor_cannot_log_in_by_saying_so(self):
        client, user = self.client(), self.name("ann")
        self.assert_code(client.command("login", {"user": user}), 1003)
        self.assert_reaches("user/" + user, [], [client])

    def test_a_visitor_subscribes_and_resumes(self):
        channel = self.name("news")
        client = self.client(channel=channel)
        self.cut(client)
        client.resume()
        self.assert_reaches("channel/" + channel, [client], [])


class Full(Facts):
    options = ("limits.connections=3",)

    def test_one_too_many_is_503_with_a_time_to_come_again(self):
        there = [self.client(Ws) for _ in range(3)]
        with self.assertRaises(Refused) as refused:
            self.client()
        self.assertEqual(refused.exception.status, 503)
        self.assertGreaterEqual(int(refused.exception.headers["retry-after"]), 1)
        self.assertGreaterEqual(self.daemon.metric('muster_connections_refused_total{reason="full"}'), 1)
        self.assert_nothing(*there)
        self.cut(there[0])
        self.client()


class Secrets(Facts):
    options = ("log.level=debug",)

    def test_the_log_shows_neither_sid_nor_token(self):
        clients = [self.client(kind, token="secret-token", ticket="secret-ticket") for kind in (Ws, Sse, Poll)]
        for client in clients:
            client.command("login", {"user": "ann", "token": "secret-token"})
            client.command("nothing")
            client.say("{")
            self.cut(client)
            client.resume()
            self.publish("session/" + client.sid, 1)
            self.assert_data(client, 1)
            self.backend.frames("session/" + client.sid, "{")
            self.backend.frames('{"to":"session/%s"}' % client.sid)
            client.close()
            client.drop()
        self.daemon.wait_metric("muster_connections", 0)
        log = "".join(self.daemon.log)
        for secret in ("secret-token", "secret-ticket", *(client.sid for client in clients)):
            self.assertNotIn(secret, log)


spread(globals(), Welcome, Origins, Anonymous, Full)
spread(globals(), Secrets, transports=(Ws,))
spread(globals(), Tokens, lanes=(1,))
spread(globals(), Cors, Refusals, transports=(Poll,))
if __name__ == "__main__":
    main()
