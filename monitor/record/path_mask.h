#pragma once

#include <string>
#include <string_view>

namespace dwell::monitor {

/// What stands for a part of a path that is masked.
inline constexpr std::string_view kMasked = "[masked]";

/// `path` of a URL with every segment masked that looks as if it named a person or opened a door: an e-mail
/// address, an international telephone number, 15 digits or more (card, device, account), a UUID, 16
/// hexadecimal digits or more, a JWT, and other text of 16 characters or more in which letters of both cases
/// and digits alternate as they don't in words. Parameters of a segment (";jsessionid=…") are looked at one
/// by one. Words, dates, ISBNs and numbers of products stay. A guess by form: what looks like a word is not
/// found. Percent-encoding is looked through. What is masked stays the same when it is masked again.
std::string maskedPath(std::string_view path);

}  // namespace dwell::monitor
