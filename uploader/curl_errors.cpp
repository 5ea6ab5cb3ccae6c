#include "uploader/curl_errors.h"

#include <curl/curl.h>

namespace dwell::uploader {
namespace {

/// X509_V_ERR_* of openssl/x509_vfy.h, which belongs to the collector's room. Values never change.
enum Verify : long {
  kIssuerNotHere = 2,
  kNotYetValid = 9,
  kExpired = 10,
  kSelfSigned = 18,
  kSelfSignedRoot = 19,
  kIssuerUnknown = 20,
  kLeafUnverified = 21
};

const char* stepForCertificate(long verify) {
  switch (verify) {
    case kNotYetValid:
      return "look at this machine's clock";
    case kExpired:
      return "the collector's certificate has to be renewed; if it is new, look at this machine's clock";
    case kIssuerNotHere:
    case kSelfSigned:
    case kSelfSignedRoot:
    case kIssuerUnknown:
    case kLeafUnverified:
      return "if the experiment has a CA of its own: dwellctl enrol URL CODE --ca FILE";
    default:
      return "use the collector's address as its certificate names it";
  }
}

/// Null where there is nothing to do but wait.
const char* stepFor(const CurlFailure& failure) {
  switch (failure.code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return stepForCertificate(failure.verify);
    case CURLE_SSL_CACERT_BADFILE:
      return "the CA kept for this collector is no certificate: dwellctl enrol URL CODE --ca FILE";
    case CURLE_SSL_CONNECT_ERROR:  // OpenSSL's words; else the connection broke meanwhile
      return failure.reason.find("error:") == std::string::npos
                 ? nullptr
                 : "the collector must speak TLS 1.2 or newer at this address";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "look at the network, and whether the collector's address is right";
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return "look at the proxy: dwellctl doctor";
    case CURLE_COULDNT_CONNECT:
      return "look at the network, and whether the collector runs";
    default:
      return nullptr;
  }
}

}  // namespace

std::string explained(const CurlFailure& failure) {
  const char* step = stepFor(failure);
  return step == nullptr ? failure.reason : failure.reason + " → " + step;
}

}  // namespace dwell::uploader
