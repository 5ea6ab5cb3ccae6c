#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Taking URLs apart, as browsers write them (WHATWG-serialised). Tolerant: every byte sequence has a defined
/// outcome, nothing is refused, nothing throws but site() on a machine whose libpsl has no built-in list.
/// Views point into the argument.
/// Threads: any.
namespace dwell::url {

/// The pieces of a URL; what is missing is empty. `authority` is user info, host and port together.
struct Parts {
  std::string_view scheme;     ///< without ':'
  std::string_view authority;  ///< between "//" and the path
  std::string_view userInfo;   ///< without '@'
  std::string_view host;       ///< IPv6 with its brackets
  std::string_view port;       ///< without ':'
  std::string_view path;       ///< with its leading '/'
  std::string_view query;      ///< without '?'
  std::string_view fragment;   ///< without '#'
};
Parts split(std::string_view url);

/// Whether the scheme is http or https.
bool isHttp(std::string_view url);

/// All before the first '#'.
std::string_view withoutFragment(std::string_view url);

/// Without user and password (and their '@').
std::string withoutUserInfo(std::string_view url);

/// Without '?' and '#' and what follows them.
std::string_view withoutQueryAndFragment(std::string_view url);

/// "Same URL" of design section 5: equal without the fragment.
bool sameUrl(std::string_view a, std::string_view b);

/// Host in lower case, without a trailing dot.
std::string host(std::string_view url);

/// "scheme://host:port" as written, without user info; the scheme with ':' where there is no authority.
std::string origin(std::string_view url);

/// The path between its slashes, empty segments left out.
std::vector<std::string_view> pathSegments(std::string_view url);

/// The registrable domain by the public suffix list built into libpsl; the host itself where there is none
/// (an address, a public suffix, a name without dots).
std::string site(std::string_view url);

/// Every "%XX" as its byte. A '%' that two hexadecimal digits don't follow stands for itself.
std::string percentDecoded(std::string_view text);

/// The shortest form a person must type, in code points (5.4): percent-decoded, then without "http://" or
/// "https://", without a leading "www.", without one trailing '/'. A '%' that two hexadecimal digits don't
/// follow stands for itself; a byte that is no part of valid UTF-8 counts as one.
std::size_t visibleLength(std::string_view url);

}  // namespace dwell::url
