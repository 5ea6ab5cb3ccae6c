"""A CA and what it signs, made by the openssl tool in a folder: nothing of it is kept."""

import pathlib
import ssl
import subprocess


class Authority:
    def __init__(self, folder, name="Experiment CA"):
        self.folder = pathlib.Path(folder)
        self.key = self.folder / f"{name}.key"
        self.pem = self.folder / f"{name}.pem"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout",
                self.key, "-out", self.pem, "-days", "30", "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE")

    def leaf(self, file, names="IP:127.0.0.1,DNS:localhost", begin=None, end=None):
        """Certificate and key in one file. `begin`, `end`: YYYYMMDDHHMMSSZ."""
        made = self.folder / file
        key, request, extensions = (made.with_suffix(suffix) for suffix in (".key", ".csr", ".ext"))
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out",
                request, "-subj", "/CN=collector")
        extensions.write_text(f"[ca]\ndefault_ca=d\n[d]\ndatabase={made}.index\nserial={made}.serial\n"
                              f"new_certs_dir={self.folder}\ndefault_md=sha256\npolicy=p\nunique_subject=no\n"
                              f"x509_extensions=e\n[p]\ncommonName=supplied\n[e]\nsubjectAltName={names}\n",
                              encoding="utf-8")
        pathlib.Path(f"{made}.index").touch()
        pathlib.Path(f"{made}.serial").write_text("1000\n", encoding="utf-8")
        period = ["-startdate", begin, "-enddate", end] if begin else ["-days", "30"]
        openssl("ca", "-batch", "-notext", "-config", extensions, "-cert", self.pem, "-keyfile", self.key, "-in",
                request, "-out", made, *period)
        return join(made, key)


def self_signed(folder):
    made, key = pathlib.Path(folder) / "self.pem", pathlib.Path(folder) / "self.key"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key,
            "-out", made, "-days", "30", "-subj", "/CN=collector", "-addext", "subjectAltName=IP:127.0.0.1")
    return join(made, key)


def context(chain, newest=None):
    """A server's; `newest`: the newest version of TLS that it speaks."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if newest:
        made.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        made.maximum_version = newest
        made.set_ciphers("ALL:@SECLEVEL=0")
    made.load_cert_chain(chain)
    return made


def join(certificate, key):
    certificate.write_text(certificate.read_text(encoding="utf-8") + key.read_text(encoding="utf-8"),
                           encoding="utf-8")
    return certificate


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
