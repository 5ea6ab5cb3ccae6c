#include "tests/support/reference/url.h"

#include <libpsl.h>

#include <cctype>
#include <set>

namespace dwell::tests::reference {
namespace {

std::string lowered(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

/// Where the authority begins and ends; both npos for a URL that has none.
struct Authority {
  std::size_t from = std::string::npos;
  std::size_t to = std::string::npos;
};

Authority authorityOf(const std::string& url) {
  const std::size_t mark = url.find("://");
  const std::size_t special = url.find_first_of("/?#");
  if (mark == std::string::npos || special != mark + 1) return {};
  const std::size_t from = mark + 3;
  const std::size_t to = url.find_first_of("/?#", from);
  return {from, to == std::string::npos ? url.size() : to};
}

int hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percentDecoded(const std::string& text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pair =
        text[i] == '%' && i + 2 < text.size() && hexDigit(text[i + 1]) >= 0 && hexDigit(text[i + 2]) >= 0;
    if (pair) {
      decoded += static_cast<char>(hexDigit(text[i + 1]) * 16 + hexDigit(text[i + 2]));
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

bool removePrefix(std::string& text, const std::string& prefix) {
  if (lowered(text.substr(0, prefix.size())) != prefix) return false;
  text.erase(0, prefix.size());
  return true;
}

bool isAddress(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos || host.front() == '[';
}

}  // namespace

bool isHttp(const std::string& url) {
  const std::string start = lowered(url.substr(0, 8));
  return start.compare(0, 7, "http://") == 0 || start == "https://";
}

std::string withoutFragment(const std::string& url) { return url.substr(0, url.find('#')); }

std::string withoutQueryAndFragment(const std::string& url) { return url.substr(0, url.find_first_of("?#")); }

bool sameUrl(const std::string& one, const std::string& other) {
  return withoutFragment(one) == withoutFragment(other);
}

std::string fullDetail(const std::string& url) {
  std::string kept = withoutFragment(url);
  const Authority authority = authorityOf(kept);
  if (authority.from == std::string::npos) return kept;
  const std::size_t at = kept.substr(0, authority.to).rfind('@');
  if (at != std::string::npos && at >= authority.from) kept.erase(authority.from, at + 1 - authority.from);
  return kept;
}

std::string hostOf(const std::string& url) {
  const std::string plain = fullDetail(url);
  const Authority authority = authorityOf(plain);
  if (authority.from == std::string::npos) return {};
  std::string host = lowered(plain.substr(authority.from, authority.to - authority.from));
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon != std::string::npos && (bracket == std::string::npos || colon > bracket)) host.erase(colon);
  return host;
}

std::string siteOf(const std::string& url) {
  const std::string host = hostOf(url);
  if (host.empty() || isAddress(host)) return host;
  const char* domain = psl_registrable_domain(psl_builtin(), host.c_str());
  return domain == nullptr ? host : std::string(domain);
}

std::int64_t visibleLength(const std::string& url) {
  std::string visible = percentDecoded(url);
  if (!removePrefix(visible, "http://")) removePrefix(visible, "https://");
  removePrefix(visible, "www.");
  if (!visible.empty() && visible.back() == '/') visible.pop_back();
  std::int64_t codePoints = 0;
  for (const char c : visible) {
    const bool continuation = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continuation) ++codePoints;
  }
  return codePoints;
}

bool hasLogoutSegment(const std::string& url) {
  static const std::set<std::string> kWords{"logout", "log-out", "signout", "sign-out", "logoff", "signoff"};
  const std::string plain = lowered(withoutQueryAndFragment(url));
  const Authority authority = authorityOf(plain);
  if (authority.from == std::string::npos) return false;
  const std::string path = plain.substr(authority.to);
  std::size_t from = 0;
  while (from < path.size()) {
    const std::size_t begin = from + 1;  // past the slash
    const std::size_t slash = path.find('/', begin);
    const std::size_t end = slash == std::string::npos ? path.size() : slash;
    const std::string segment = path.substr(begin, end - begin);
    if (kWords.count(segment.substr(0, segment.rfind('.'))) > 0) return true;
    from = end;
  }
  return false;
}

}  // namespace dwell::tests::reference
