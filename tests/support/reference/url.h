#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace dwell::tests::reference {

/// Section 5's ways of looking at a URL. All take URLs as the events gave them; any thread.

bool isHttp(const std::string& url);
std::string withoutFragment(const std::string& url);
std::string withoutQueryAndFragment(const std::string& url);
bool sameUrl(const std::string& one, const std::string& other);
/// Detail `full`: all but user, password and fragment.
std::string fullDetail(const std::string& url);
/// In lower case, without user, password and port.
std::string hostOf(const std::string& url);
/// The registrable domain; the host itself if there is none (addresses, single labels, public suffixes).
std::string siteOf(const std::string& url);
/// 5.4: code points of the shortest form that a person must type.
std::int64_t visibleLength(const std::string& url);
/// 5.6: the path has a segment logout, log-out, signout, sign-out, logoff or signoff.
bool hasLogoutSegment(const std::string& url);

}  // namespace dwell::tests::reference
