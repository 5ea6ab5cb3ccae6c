#pragma once

#include <optional>
#include <string_view>

#include "monitor/tracker/address_bar_segment.h"
#include "schemas/event.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// What the table of 5.4 looks at, for one navigation that is not ignored.
struct NavigationFacts {
  schemas::Transition transition = schemas::Transition::kOther;
  schemas::Qualifiers qualifiers;
  bool inputsObserved = false;  ///< an input was seen since the start
  bool hook = true;             ///< keystrokes can be observed
  bool firstOfTab = false;      ///< the first navigation of its tab
  bool hasOpener = false;
  bool openedRestored = false;                    ///< the tab was opened `restored`
  std::optional<schemas::AccessType> pageBefore;  ///< access type of the tab's visit; none: it has none
  bool sameUrlAsBefore = false;                   ///< … and that visit's URL is the same
  bool untouchedBefore = false;  ///< … and since it began came no input and no link_pressed of its own
  AddressBarSegment segment;
  std::string_view requestedUrl;  ///< what the person asked for: visible length is taken of it
};

struct Access {
  schemas::AccessType type = schemas::AccessType::kUnknown;
  bool redirect = false;  ///< the type is the ended visit's
};

/// The table of 5.4, first match wins. `resumed` is no navigation and never comes out, except along a
/// redirect. Threads: any.
Access accessOf(const NavigationFacts& facts);

/// Whether a visit of this type, no redirect, has a source visit (5.1).
bool hasSource(schemas::AccessType type);

}  // namespace dwell::monitor
