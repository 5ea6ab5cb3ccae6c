#include "monitor/record/path_mask.h"

#include <algorithm>
#include <cstddef>

#include "base/url.h"

namespace dwell::monitor {
namespace {

constexpr std::size_t kDigits = 15;  ///< ISBN and GTIN have up to 14, a time to the second too
constexpr std::size_t kHex = 16;
constexpr std::size_t kRandom = 16;
constexpr std::size_t kPhone = 8;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool isLower(char c) { return c >= 'a' && c <= 'z'; }
bool isAlnum(char c) { return isDigit(c) || isUpper(c) || isLower(c); }
bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
/// What stands between words, or is a rare sign among those of a token (base64, base64url, JWT).
bool isSeparator(char c) { return std::string_view("-_.+ ~").find(c) != std::string_view::npos; }

template <class Predicate>
std::size_t countOf(std::string_view text, Predicate predicate) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), predicate));
}

/// Signs of the longest stretch of them.
template <class Predicate>
std::size_t longest(std::string_view text, Predicate predicate) {
  std::size_t best = 0, run = 0;
  for (const char c : text) {
    run = predicate(c) ? run + 1 : 0;
    best = std::max(best, run);
  }
  return best;
}

bool isEmail(std::string_view text) {
  const auto at = text.rfind('@');
  return at != std::string_view::npos && at > 0 && text.find('.', at + 2) != std::string_view::npos;
}

bool isPhone(std::string_view text) {
  const auto ofNumber = [](char c) { return isDigit(c) || isSeparator(c) || c == '(' || c == ')'; };
  return text.front() == '+' && std::all_of(text.begin(), text.end(), ofNumber) &&
         countOf(text, isDigit) >= kPhone;
}

bool isLongNumber(std::string_view text) {
  if (longest(text, isDigit) >= kDigits) return true;
  const auto ofNumber = [](char c) { return isDigit(c) || c == '-' || c == ' '; };
  return std::all_of(text.begin(), text.end(), ofNumber) && countOf(text, isDigit) >= kDigits;
}

bool isUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !isHex(text[i])) return false;
  }
  return true;
}

/// No word is of these letters alone in this length; a number is looked at elsewhere.
bool hasLongHex(std::string_view text) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && isAlnum(text[i])) continue;
    const std::string_view run = text.substr(begin, i - begin);
    if (run.size() >= kHex && std::all_of(run.begin(), run.end(), isHex) &&
        !std::all_of(run.begin(), run.end(), isDigit))
      return true;
    begin = i + 1;
  }
  return false;
}

/// Whether the class of letters changes at more than a fifth of the places; a capital before a small letter
/// is how words begin, and does not count.
bool looksRandom(std::string_view run) {
  if (run.size() < kRandom) return false;
  std::size_t changes = 0;
  for (std::size_t i = 1; i < run.size(); ++i) {
    const char a = run[i - 1], b = run[i];
    const bool same = (isDigit(a) && isDigit(b)) || (isUpper(a) && isUpper(b)) || (isLower(a) && isLower(b));
    if (!same && !(isUpper(a) && isLower(b))) ++changes;
  }
  return changes * 5 > run.size();
}

bool hasRandom(std::string_view text) {
  std::string joined;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && isAlnum(text[i])) {
      joined += text[i];
      continue;
    }
    if (looksRandom(text.substr(begin, i - begin))) return true;
    begin = i + 1;
  }
  const bool rare = countOf(text, isSeparator) * 8 <= text.size();
  return rare && joined.size() + countOf(text, isSeparator) == text.size() && looksRandom(joined);
}

bool tells(std::string_view piece) {
  if (piece.empty()) return false;
  const bool jwt = piece.size() >= kRandom && piece.substr(0, 3) == "eyJ";
  return jwt || isEmail(piece) || isPhone(piece) || isLongNumber(piece) || isUuid(piece) ||
         hasLongHex(piece) || hasRandom(piece);
}

/// The pieces between ';', '=', ',', '&' and ':' of a segment, each by itself.
bool segmentTells(std::string_view segment) {
  const std::string decoded = url::percentDecoded(segment);
  std::string_view rest = decoded;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find_first_of(";=,&:/"), rest.size());
    if (tells(rest.substr(0, end))) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

std::string maskedPath(std::string_view path) {
  std::string result;
  result.reserve(path.size());
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    const std::string_view segment = path.substr(begin, i - begin);
    // Nothing shorter can be told from a word but an address.
    const bool worthIt = segment.size() >= kPhone || segment.find('@') != std::string_view::npos;
    result += worthIt && segmentTells(segment) ? kMasked : segment;
    if (i < path.size()) result += '/';
    begin = i + 1;
  }
  return result;
}

}  // namespace dwell::monitor
