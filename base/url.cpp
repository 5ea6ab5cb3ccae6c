#include "base/url.h"

#include <libpsl.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace dwell::url {
namespace {

constexpr bool isDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool isAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool startsWithAnyCase(std::string_view text, std::string_view lowerPrefix) {
  return text.size() >= lowerPrefix.size() && std::equal(lowerPrefix.begin(), lowerPrefix.end(), text.begin(),
                                                         [](char a, char b) { return a == lower(b); });
}

/// Length of the scheme, if there is one.
std::optional<std::size_t> schemeLength(std::string_view url) {
  if (url.empty() || !isAlpha(url[0])) return std::nullopt;
  for (std::size_t i = 1; i < url.size(); ++i) {
    const char c = url[i];
    if (c == ':') return i;
    if (!isAlpha(c) && !isDigit(c) && c != '+' && c != '-' && c != '.') return std::nullopt;
  }
  return std::nullopt;
}

int hexDigit(char c) {
  if (isDigit(c)) return c - '0';
  const char l = lower(c);
  return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/// Bytes of the UTF-8 sequence that begins at `i`; 1 where none does.
std::size_t sequenceLength(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(i);
  std::size_t length = 1;
  unsigned char lowest = 0x80, highest = 0xBF;  // of the second byte: no overlong form, no surrogate
  if (first >= 0xC2 && first <= 0xDF) {
    length = 2;
  } else if (first >= 0xE0 && first <= 0xEF) {
    length = 3;
    if (first == 0xE0) lowest = 0xA0;
    if (first == 0xED) highest = 0x9F;
  } else if (first >= 0xF0 && first <= 0xF4) {
    length = 4;
    if (first == 0xF0) lowest = 0x90;
    if (first == 0xF4) highest = 0x8F;
  }
  if (length == 1 || i + length > text.size()) return 1;
  if (byte(i + 1) < lowest || byte(i + 1) > highest) return 1;
  for (std::size_t k = 2; k < length; ++k) {
    if ((byte(i + k) & 0xC0) != 0x80) return 1;
  }
  return length;
}

bool isAddress(std::string_view host) {
  if (!host.empty() && host.front() == '[') return true;
  // WHATWG: a host whose last label is a number is an IPv4 address.
  const std::string_view last = host.substr(host.rfind('.') + 1);
  return !last.empty() && std::all_of(last.begin(), last.end(), isDigit);
}

}  // namespace

Parts split(std::string_view url) {
  Parts parts;
  if (const auto hash = url.find('#'); hash != std::string_view::npos) {
    parts.fragment = url.substr(hash + 1);
    url = url.substr(0, hash);
  }
  if (const auto length = schemeLength(url)) {
    parts.scheme = url.substr(0, *length);
    url = url.substr(*length + 1);
  }
  if (const auto mark = url.find('?'); mark != std::string_view::npos) {
    parts.query = url.substr(mark + 1);
    url = url.substr(0, mark);
  }
  if (url.substr(0, 2) == "//") {
    url = url.substr(2);
    const auto slash = std::min(url.find('/'), url.size());
    parts.authority = url.substr(0, slash);
    url = url.substr(slash);
    std::string_view rest = parts.authority;
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
      parts.userInfo = rest.substr(0, at);
      rest = rest.substr(at + 1);
    }
    const auto bracket = rest.empty() || rest.front() != '[' ? std::string_view::npos : rest.find(']');
    const auto colon = rest.find(':', bracket == std::string_view::npos ? 0 : bracket);
    parts.host = rest.substr(0, colon);
    if (colon != std::string_view::npos) parts.port = rest.substr(colon + 1);
  }
  parts.path = url;
  return parts;
}

bool isHttp(std::string_view url) {
  return startsWithAnyCase(url, "http://") || startsWithAnyCase(url, "https://");
}

std::string_view withoutFragment(std::string_view url) { return url.substr(0, url.find('#')); }

std::string withoutUserInfo(std::string_view url) {
  const Parts parts = split(url);
  const std::size_t offset =
      parts.authority.empty() ? 0 : static_cast<std::size_t>(parts.authority.data() - url.data());
  const auto at = parts.authority.rfind('@');
  std::string out(url);
  if (at != std::string_view::npos) out.erase(offset, at + 1);
  return out;
}

std::string_view withoutQueryAndFragment(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

bool sameUrl(std::string_view a, std::string_view b) { return withoutFragment(a) == withoutFragment(b); }

std::string host(std::string_view url) {
  std::string_view name = split(url).host;
  if (!name.empty() && name.back() == '.') name.remove_suffix(1);
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string origin(std::string_view url) {
  const Parts parts = split(url);
  std::string out(parts.scheme);
  if (!out.empty()) out += ':';
  if (parts.authority.empty()) return out;
  out += "//";
  out += parts.host;
  if (!parts.port.empty()) (out += ':') += parts.port;
  return out;
}

std::vector<std::string_view> pathSegments(std::string_view url) {
  std::vector<std::string_view> out;
  std::string_view path = split(url).path;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (slash > 0) out.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return out;
}

std::string site(std::string_view url) {
  std::string name = host(url);
  if (isAddress(name)) return name;
  const psl_ctx_t* list = psl_builtin();
  if (list == nullptr) throw std::runtime_error("libpsl was built without its public suffix list");
  const char* domain = psl_registrable_domain(list, name.c_str());
  return domain == nullptr ? name : std::string(domain);
}

std::string percentDecoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hexDigit(text[i + 1]), low = hexDigit(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
  return out;
}

std::size_t visibleLength(std::string_view url) {
  const std::string decoded = percentDecoded(url);
  std::string_view text = decoded;
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (startsWithAnyCase(text, scheme)) {
      text.remove_prefix(scheme.size());
      break;
    }
  }
  if (startsWithAnyCase(text, "www.")) text.remove_prefix(4);
  if (!text.empty() && text.back() == '/') text.remove_suffix(1);
  std::size_t count = 0;
  for (std::size_t i = 0; i < text.size(); i += sequenceLength(text, i)) ++count;
  return count;
}

}  // namespace dwell::url
