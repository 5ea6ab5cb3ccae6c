#include "collector/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>

namespace dwell::collector {
namespace {

/// Whether `host` is a numeric address, and of this machine's loopback.
enum class Reach { kLoopback, kBeyond, kNoAddress };

Reach reachOf(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    return (ntohl(v4.s_addr) >> 24) == 127 ? Reach::kLoopback : Reach::kBeyond;
  }
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) == 1) {
    return IN6_IS_ADDR_LOOPBACK(&v6) ? Reach::kLoopback : Reach::kBeyond;
  }
  return Reach::kNoAddress;
}

}  // namespace

Expected<ListenAddress> parseListenAddress(std::string_view text) {
  constexpr const char* kForm = "HOST:PORT, as in 127.0.0.1:8080 or [::1]:8080";
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return failure("no port is named", "--listen", kForm);
  std::string host(text.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";

  ListenAddress address;
  const std::string_view port = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc{} || end != port.data() + port.size() || port.empty()) {
    return failure("the port is not a number from 0 to 65535", "--listen", kForm);
  }
  switch (reachOf(host)) {
    case Reach::kLoopback:
      address.host = std::move(host);
      return address;
    case Reach::kBeyond:
      return failure(
          "reports and tokens would travel unencrypted beyond this machine; dwell-collector has no TLS",
          "--listen", "127.0.0.1:PORT, with nginx or caddy in front of it providing https to the clients");
    case Reach::kNoAddress:
      break;
  }
  return failure("the host is not a numeric address", "--listen", kForm);
}

}  // namespace dwell::collector
