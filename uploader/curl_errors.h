#pragma once

#include <string>

namespace dwell::uploader {

/// What libcurl said of a request that got no answer.
struct CurlFailure {
  int code = 0;        ///< CURLcode
  long verify = 0;     ///< OpenSSL's verdict on the collector's certificate (X509_V_*), 0: none against it
  std::string reason;  ///< libcurl's words
};

/// The reason, and what a person can do about it. One line. Pure.
std::string explained(const CurlFailure& failure);

}  // namespace dwell::uploader
