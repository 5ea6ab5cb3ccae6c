#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/reference/lives.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

/// What 5.4 says of one navigation.
struct Access {
  std::string type;  ///< name; of a redirect the source's
  bool redirect = false;
  std::optional<std::int64_t> typedCharacters;

  std::string exitName() const { return redirect ? "redirect" : type; }
};

/// What 5.1 and 5.4 say of one visit's beginning.
struct Arrival {
  std::string type;
  int source = kNone;          ///< visit
  int redirectedFrom = kNone;  ///< visit
  std::optional<std::int64_t> typedCharacters;

  bool redirect() const { return redirectedFrom != kNone; }
};

struct AccessTypes {
  std::vector<Access> ofNavigation;
  std::vector<Arrival> ofVisit;
};

AccessTypes classify(const Trace& trace, const Lives& lives);

}  // namespace dwell::tests::reference
