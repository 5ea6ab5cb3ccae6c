#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace dwell::collector {

struct ListenAddress {
  std::string host;  ///< a numeric loopback address
  std::uint16_t port = 0;
};

/// "HOST:PORT" of --listen; "[::1]:8080" for IPv6; "localhost" is 127.0.0.1; port 0: any that is free.
/// Errors: not of that form; beyond loopback, where tokens and reports would travel unencrypted.
Expected<ListenAddress> parseListenAddress(std::string_view text);

}  // namespace dwell::collector
