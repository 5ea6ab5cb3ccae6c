"""A server between machine and collector: passes on what comes, or fails in a way of its own."""

import socket
import struct
import threading

LIMIT_S = 20  # a connection that nobody ends


def read_request(connection):
    """Head and body, as far as they come."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return data
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


def answer_of(port, request):
    """The collector's whole answer; nothing where it is not there."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as onward:
            onward.sendall(request)
            data = b""
            while b"\r\n\r\n" not in data:
                more = onward.recv(65536)
                if not more:
                    return data
                data += more
            head, body = data.split(b"\r\n\r\n", 1)
            length = int(next(line.split(b":")[1] for line in head.split(b"\r\n") if
                              line.lower().startswith(b"content-length:")))
            while len(body) < length:
                body += onward.recv(65536)
            return head + b"\r\n\r\n" + body
    except OSError:
        return b""


def reset(connection):
    """Ends it with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Front:
    """`behave(connection, front)` answers a connection, which is TCP, or TLS where there is a context."""

    def __init__(self, behave=None, context=None, port=0, segment=None):
        self.behave = behave
        self.context = context
        self.onward = 0  # the collector's port
        self.requests = []  # what came as HTTP
        self.raw = []  # the first bytes of connections whose handshake failed
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if segment:  # the peer's kernel then takes little of what it is to send
            self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, segment)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.listener.bind(("127.0.0.1", port))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.closing = threading.Event()
        self.arrived = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def origin(self):
        return f"http{'s' if self.context else ''}://127.0.0.1:{self.port}"

    def accept(self):
        while not self.closing.is_set():
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            connection.settimeout(LIMIT_S)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            (self.behave or passes_on)(connection, self)
        except OSError as error:
            self.raw.append(str(error))
        finally:
            connection.close()

    def take(self, connection):
        request = read_request(connection)
        if request:
            self.requests.append(request)
            self.arrived.set()
        return request

    def close(self):
        if not self.closing.is_set():
            self.closing.set()
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()


def passes_on(connection, front):
    while True:
        request = front.take(connection)
        if not request:
            return
        answer = answer_of(front.onward, request)
        if not answer:
            return
        connection.sendall(answer)


def answers(data):
    def behave(connection, front):
        if front.take(connection):
            connection.sendall(data)
    return behave


def is_silent(connection, front):
    front.take(connection)
    while connection.recv(1):
        pass
