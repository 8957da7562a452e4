"""Receipts: clients confirm, backends hear of it."""
from suite import Asker, Facts, Lives, Listener, main, spread


class Receipts(Facts):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listener = Listener(cls.daemon, "receipt")
        cls.seq = cls.listener.sync[1]["seq"]

    @classmethod
    def tearDownClass(cls):
        cls.listener.close()
        super().tearDownClass()

    def next_receipt(self):
        """They come without a gap."""
        while True:
            topic, event = self.listener.next_event()
            if topic == "receipt":
                type(self).seq += 1
                self.assertEqual(event["seq"], self.seq)
                self.assertEqual(event["epoch"], self.listener.sync[1]["epoch"])
                return event

    def test_a_confirmed_message_is_an_event(self):
        self.assertEqual(list(self.listener.sync[1]), ["epoch", "seq", "node", "time"])
        user = self.name("ann")
        known, unknown = self.client(user=user), self.client()
        self.tell("user/" + user, 1, id="m" + user, receipt=True)
        push = self.next_of(known, "msg")
        self.assertIs(push["receipt"], True)
        self.assertIsNone(known.ok("receipt", {"id": push["id"]}))
        event = self.next_receipt()
        self.assertEqual(list(event), ["message", "user", "id", "epoch", "seq", "node", "time"])
        self.assertEqual((event["message"], event["user"], event["id"]), ("m" + user, user, known.id))
        unknown.ok("receipt", {"id": "other"})
        event = self.next_receipt()
        self.assertEqual(list(event), ["message", "id", "epoch", "seq", "node", "time"])
        self.assertEqual((event["message"], event["id"]), ("other", unknown.id))

    def test_a_message_without_id_gets_one(self):
        client = self.client()
        said = self.tell("session/" + client.id, 1, receipt=True)
        push = self.next_of(client, "msg")
        self.assertEqual(push["id"], said["id"])
        self.assertTrue(push["id"])
        self.tell("session/" + client.id, 1, receipt=True)
        self.assertNotEqual(self.next_of(client, "msg")["id"], push["id"])

    def test_a_listener_that_comes_late_sees_how_many_it_missed(self):
        client = self.client()
        late = Listener(self.daemon, "receipt", wait=False)
        self.addCleanup(late.close)
        count = 0
        while not late.socket.poll(5):
            client.ok("receipt", {"id": "m%d" % count})
            count += 1
            self.assertLess(count, 1000)
        seen = {event["message"]: event["seq"] for event in (self.next_receipt() for _ in range(count))}
        topic, event = late.next_event()
        self.assertEqual((topic, event["seq"]), ("receipt", seen[event["message"]]))

    def test_a_receipt_names_a_message(self):
        client = self.client()
        for data in (None, {}, {"id": ""}, {"id": 7}, {"id": "x" * 129}):
            self.assert_code(client.command("receipt", data), 1001)

    def test_without_receipt_nothing_is_asked(self):
        client = self.client()
        self.tell("session/" + client.id, 1)
        self.assertNotIn("receipt", self.next_of(client, "msg"))


class Epochs(Lives):
    store = "memory"

    def test_each_start_has_an_epoch_of_its_own(self):
        epochs = set()
        for _ in range(2):
            listener = Listener(self.daemon, "receipt")
            epochs.add(listener.sync[1]["epoch"])
            listener.close()
            self.again()
        self.assertEqual(len(epochs), 2)


spread(globals(), Receipts)
if __name__ == "__main__":
    main()
