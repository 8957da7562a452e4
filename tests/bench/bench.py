"""What the measuring scripts share: a daemon of one's own, its figures from
/proc, the load programs as child processes, and the table at the end.

    with Musterd("resume=2s") as server:
        clients = load(server, "-m", "ws", "-n", "1000")
        clients.wait_ready()
        publish(server, "-T", "channel/a", "-n", "50")
        figures = clients.finish()
    table.bound("ratio", figures["p99_ms"], 100, "ms")

MUSTERD is the daemon to measure, BENCH_PROGRAMS where load and publish are
(beside it in a build tree: ../../tests/bench).  All on loopback."""
import glob
import json
import os
import platform
import re
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MUSTERD = os.path.abspath(os.environ.get("MUSTERD", "src/daemon/musterd"))
PROGRAMS = os.environ.get("BENCH_PROGRAMS") or os.path.join(os.path.dirname(MUSTERD), "..", "..", "tests", "bench")
PATIENCE = 180
REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|runtime error:|Assertion .* failed")

for needed in (MUSTERD, os.path.join(PROGRAMS, "load"), os.path.join(PROGRAMS, "publish")):
    if not os.access(needed, os.X_OK):
        sys.exit("%s: not there; make, make bench-programs, and set MUSTERD" % needed)


def wait_for(condition, what, patience=PATIENCE):
    """Until condition() is true; what it returned."""
    deadline = time.monotonic() + patience
    while not (found := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError("%s: not within %g s" % (what, patience))
        time.sleep(0.02)
    return found


class Process:
    """Figures of a running process, and of the workers it made."""

    def __init__(self, pid, with_children=False):
        self.pid = pid
        self.with_children = with_children

    def pids(self):
        pids = [self.pid]
        if self.with_children:
            with open("/proc/%d/task/%d/children" % (self.pid, self.pid), encoding="ascii") as file:
                pids += [int(pid) for pid in file.read().split()]
        return pids

    def cpu(self):
        """Seconds on a processor, user and system, to the nanosecond."""
        total = 0
        for pid in self.pids():
            for path in glob.glob("/proc/%d/task/*/schedstat" % pid):
                with open(path, encoding="ascii") as file:
                    total += int(file.read().split()[0])
        return total / 1e9

    def ticks(self):
        """The same as utime + stime of /proc/PID/stat, in steps of 10 ms."""
        total = 0
        for pid in self.pids():
            with open("/proc/%d/stat" % pid, encoding="ascii") as file:
                fields = file.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def memory(self, field="Pss"):
        """Bytes; Pss, Rss, Private_Dirty."""
        total = 0
        for pid in self.pids():
            with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as file:
                total += sum(int(line.split()[1]) * 1024 for line in file if line.startswith(field + ":"))
        return total

    def descriptors(self):
        return sum(len(os.listdir("/proc/%d/fd" % pid)) for pid in self.pids())


class Musterd(Process):
    """The daemon on ports the system chooses."""

    def __init__(self, *options, config="", wait=True):
        """options: "name=value"; config: the text of its file; wait: until it is ready."""
        self.directory = tempfile.mkdtemp(prefix="muster-bench-")
        self.log = []
        wanted = {"listen": "127.0.0.1:0", "api.listen": "127.0.0.1:0", "bus.sub": "tcp://127.0.0.1:0",
                  "bus.pull": "tcp://127.0.0.1:0", "bus.router": "tcp://127.0.0.1:0", "bus.xpub": "tcp://127.0.0.1:0",
                  "drain_time": "0"}
        wanted.update(option.split("=", 1) for option in options)
        with open(os.path.join(self.directory, "muster.conf"), "w", encoding="utf-8") as file:
            file.write(config)
        arguments = [MUSTERD, "-c", os.path.join(self.directory, "muster.conf")]
        for name, value in wanted.items():
            arguments += ["-o", "%s=%s" % (name, value)]
        self.process = subprocess.Popen(arguments, cwd=self.directory, stderr=subprocess.PIPE, text=True, errors="replace")
        super().__init__(self.process.pid)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        if wait:
            self._wait_ready()

    def _wait_ready(self):
        ready = wait_for(lambda: next((line for line in self.log if "event=ready" in line), None), "musterd", 30)
        self.ready = dict(re.findall(r"(\w+)=(\S+)", ready))
        self.port = self.ready["listen"].rsplit(":", 1)[1]
        self.sub = self.ready["bus_sub"]
        self.pull = self.ready["bus_pull"]
        self.router = self.ready["bus_router"]

    def _read(self):
        for line in self.process.stderr:
            self.log.append(line)

    def metrics(self):
        text = urllib.request.urlopen("http://%s/metrics" % self.ready["api"], timeout=30).read().decode()
        lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in lines}

    def wait_metric(self, name, value, patience=PATIENCE):
        wait_for(lambda: self.metrics()[name] == value, "%s = %s" % (name, value), patience)

    def stop(self, patience=60):
        """The exit status after a SIGTERM, and what a sanitizer said."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = "none within %d s" % patience
        self.reader.join(10)
        reports = [at for at, line in enumerate(self.log) if REPORT.search(line)]
        return status, "".join(self.log[reports[0]:reports[0] + 60]) if reports else ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


NGINX = """load_module %(module)s;
daemon off; worker_processes %(workers)d; pid %(directory)s/pid; error_log %(directory)s/error.log;
worker_rlimit_nofile 20000;
events { worker_connections 19000; }
http {
    access_log off; keepalive_requests 100000000; keepalive_timeout 600s; nchan_shared_memory_size 1024M;
    client_body_temp_path %(directory)s; proxy_temp_path %(directory)s; fastcgi_temp_path %(directory)s;
    uwsgi_temp_path %(directory)s; scgi_temp_path %(directory)s;
    server {
        listen 127.0.0.1:%(port)s backlog=4096;
        location = /pub { nchan_publisher; nchan_channel_id $arg_id; nchan_message_buffer_length 100; }
        location = /sub { nchan_subscriber; nchan_channel_id $arg_id; nchan_subscriber_first_message newest; }
    }
}
"""


class Nchan(Process):
    """nginx with the module nchan (Debian: nginx-light libnginx-mod-nchan), one
    worker per core."""

    MODULES = ("/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/lib64/nginx/modules/ngx_nchan_module.so")

    @classmethod
    def is_there(cls):
        return shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin") and any(map(os.path.exists, cls.MODULES))

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="muster-nchan-")
        os.chmod(self.directory, 0o777)
        self.port = str(free_port())
        config = os.path.join(self.directory, "nginx.conf")
        with open(config, "w", encoding="ascii") as file:
            file.write(NGINX % {"module": next(filter(os.path.exists, self.MODULES)), "directory": self.directory,
                                "port": self.port, "workers": os.cpu_count()})
        program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
        self.process = subprocess.Popen([program, "-c", config, "-p", self.directory], stderr=subprocess.DEVNULL)
        super().__init__(self.process.pid, with_children=True)
        wait_for(lambda: is_open(self.port), "nginx", 20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            for pid in self.pids()[::-1]:
                os.kill(pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


class Program:
    """A load program that ends with a JSON object on stdout."""

    def __init__(self, name, *arguments):
        self.command = [os.path.join(PROGRAMS, name), *map(str, arguments)]
        self.process = subprocess.Popen(self.command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.said = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line)

    def shown(self):
        return shlex.join([os.path.basename(self.command[0]), *self.command[1:]])

    def wait_ready(self, patience=PATIENCE):
        def is_ready():
            if self.process.poll() is not None:
                raise ChildProcessError("%s ended: %s" % (self.shown(), "".join(self.said)))
            return any(line.startswith("READY") for line in self.said)
        wait_for(is_ready, self.shown(), patience)

    def finish(self, patience=PATIENCE):
        """Wait for its end; its figures."""
        try:
            text, _ = self.process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        if self.process.returncode != 0:
            raise ChildProcessError("%s: status %s: %s" % (self.shown(), self.process.returncode, "".join(self.said)))
        return json.loads(text)

    def stop(self):
        """End it now; its figures."""
        self.process.terminate()
        return self.finish()


def load(server, *arguments):
    return Program("load", "-p", server.port, *arguments)


def publisher(server, *arguments):
    return Program("publish", "-z", server.sub, *arguments)


def publish(server, *arguments):
    return publisher(server, *arguments).finish()


def commas(number):
    return format(round(number), ",")


class Table:
    """Rows of a measurement, and whether each bound was kept."""

    def __init__(self, *heads):
        self.rows = [heads]
        self.missed = []
        self.notes = []
        print("$ MUSTERD=%s %s" % (os.environ.get("MUSTERD", MUSTERD), shlex.join(sys.argv)))
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:
            model = re.search(r"model name\s*: (.*)", file.read())
        print("%s, %d cores of %s, Linux %s, load %.1f" % (time.strftime("%F %R"), os.cpu_count(),
              model[1] if model else platform.machine(), platform.release(), os.getloadavg()[0]), flush=True)

    def row(self, *cells):
        self.rows.append(tuple(str(cell) for cell in cells))

    def bound(self, name, value, limit, text="%.2f"):
        """At most limit; a note says how it went."""
        kept = value <= limit
        self.notes.append("%s: " % name + text % value + ", bound " + text % limit + (": kept" if kept else ": MISSED"))
        if not kept:
            self.missed.append(name)

    def must(self, name, holds, detail=""):
        self.notes.append("%s: %s%s" % (name, "yes" if holds else "NO", ", " + str(detail) if detail != "" else ""))
        if not holds:
            self.missed.append(name)

    def finish(self):
        """Print, and end with 1 when a bound was missed."""
        widths = [max(len(row[at]) for row in self.rows) for at in range(len(self.rows[0]))]
        for row in self.rows:
            cells = [cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths))]
            print("  ".join(cells))
        for note in self.notes:
            print(note)
        sys.exit(1 if self.missed else 0)


median = statistics.median
