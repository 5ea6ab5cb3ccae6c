#include "uploader/curl_errors.h"

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <catch2/catch.hpp>

using dwell::uploader::explained;

namespace {

const std::string kOwnCa = "why → if the experiment has a CA of its own: dwellctl enrol URL CODE --ca FILE";

std::string ofCertificate(long verify) { return explained({CURLE_PEER_FAILED_VERIFICATION, verify, "why"}); }

}  // namespace

TEST_CASE("each fault of a certificate has its next step, by OpenSSL's own numbers") {
  CHECK(ofCertificate(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT) == kOwnCa);
  CHECK(ofCertificate(X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT) == kOwnCa);
  CHECK(ofCertificate(X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN) == kOwnCa);
  CHECK(ofCertificate(X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY) == kOwnCa);
  CHECK(ofCertificate(X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE) == kOwnCa);
  CHECK(ofCertificate(X509_V_ERR_CERT_NOT_YET_VALID) == "why → look at this machine's clock");
  CHECK(ofCertificate(X509_V_ERR_CERT_HAS_EXPIRED) ==
        "why → the collector's certificate has to be renewed; if it is new, look at this machine's clock");
  CHECK(ofCertificate(X509_V_OK) == "why → use the collector's address as its certificate names it");
}

TEST_CASE("a failure that only time mends is said as it is") {
  CHECK(explained({CURLE_OPERATION_TIMEDOUT, 0, "too slow"}) == "too slow");
  CHECK(explained({CURLE_SSL_CONNECT_ERROR, 0, "Connection reset by peer"}) == "Connection reset by peer");
  CHECK(explained({CURLE_SSL_CONNECT_ERROR, 0, "error:0A000102:unsupported protocol"}) ==
        "error:0A000102:unsupported protocol → the collector must speak TLS 1.2 or newer at this address");
}
