#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace dwell {

/// Why an input was refused, for the person who has to act on it.
/// `what` is wrong, `where` it stands (a file and line, a JSON pointer, a setting), `expected` says what
/// would be right. Never contains what a user typed or a URL out of scope.
struct Error {
  std::string what;
  std::string where{};
  std::string expected{};

  /// "where: what (expected …)", leaving out what is empty.
  std::string message() const {
    std::string text = where.empty() ? what : where + ": " + what;
    return expected.empty() ? text : text + " (expected " + expected + ")";
  }

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Expected = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string what, std::string where = {}, std::string expected = {}) {
  return tl::unexpected<Error>(Error{std::move(what), std::move(where), std::move(expected)});
}

}  // namespace dwell
