"""A client that says over Channel Access whatever one likes, of whatever type and size."""

import socket
import time

import caproto as ca

#: Seconds for what takes one, as the machine may have other things to do.
PATIENCE = 30


class RawClient:
    """Speak Channel Access over one circuit, with whatever types and values one likes."""

    def __init__(self, port):
        self.circuit = ca.VirtualCircuit(ca.CLIENT, ("127.0.0.1", port), 0)
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.circuit.our_address = self.socket.getsockname()
        self.channels = {}
        self.send(ca.VersionRequest(0, ca.DEFAULT_PROTOCOL_VERSION))
        self.wait_for(ca.VersionResponse)
        self.send(ca.HostNameRequest("here"), ca.ClientNameRequest("raw"))

    def send(self, *commands):
        for buffer in self.circuit.send(*commands):
            self.socket.sendall(buffer)

    def wait_for(self, *kinds):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            commands, _ = self.circuit.recv(self.socket.recv(65536))
            for command in commands:
                self.circuit.process_command(command)
            for command in commands:
                if isinstance(command, kinds):
                    return command
        raise TimeoutError(kinds)

    def channel(self, name):
        if name not in self.channels:
            channel = self.channels[name] = ca.ClientChannel(name, self.circuit)
            self.send(channel.create())
            self.wait_for(ca.CreateChanResponse, ca.CreateChFailResponse)
        return self.channels[name]

    def put(self, name, data, data_type):
        request = self.channel(name).write(data, data_type=data_type, notify=True)
        self.send(request)

    def settle(self):
        """Read what has come so far, until the server has seen all that was sent."""
        self.send(ca.EchoRequest())
        self.wait_for(ca.EchoResponse)

    def get(self, name):
        self.send(self.channel(name).read())
        return self.wait_for(ca.ReadNotifyResponse, ca.ErrorResponse)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
