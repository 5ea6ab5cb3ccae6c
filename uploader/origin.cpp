#include "uploader/origin.h"

#include <algorithm>
#include <charconv>

namespace dwell::uploader {
namespace {

constexpr const char* kWhere = "collector";
constexpr const char* kForm = "https://HOST[:PORT], or http://127.0.0.1[:PORT]";

bool isLoopback(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  if (host.substr(0, 4) != "127.") return false;
  return std::count(host.begin(), host.end(), '.') == 3 &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool isPort(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65'535;
}

bool isHost(std::string_view host) {
  if (host.empty()) return false;
  if (host.front() == '[') {
    return host.size() > 2 && host.back() == ']' &&
           host.substr(1, host.size() - 2).find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
  }
  return host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._") == std::string_view::npos;
}

}  // namespace

Expected<std::string> collectorOrigin(std::string_view text) {
  std::string origin(text);
  std::transform(origin.begin(), origin.end(), origin.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (!origin.empty() && origin.back() == '/') origin.pop_back();

  const auto schemeEnd = origin.find("://");
  if (schemeEnd == std::string::npos) return failure("has no scheme", kWhere, kForm);
  const std::string scheme = origin.substr(0, schemeEnd);
  if (scheme != "http" && scheme != "https") return failure("is neither https nor http", kWhere, kForm);

  std::string_view host = std::string_view(origin).substr(schemeEnd + 3);
  const auto bracket = host.rfind(']');
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    if (!isPort(host.substr(colon + 1))) return failure("has a port that is none", kWhere, kForm);
    host = host.substr(0, colon);
  }
  if (!isHost(host)) return failure("is no plain origin", kWhere, kForm);
  if (scheme == "http" && !isLoopback(host)) {
    return failure("would get the reports unencrypted", kWhere, "https:// for another machine");
  }
  return origin;
}

}  // namespace dwell::uploader
