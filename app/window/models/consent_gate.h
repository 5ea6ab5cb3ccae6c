#pragma once

#include <optional>

#include "base/error.h"
#include "base/paths.h"
#include "base/settings.h"
#include "monitor/record/consent.h"

namespace dwell::app {

/// What there is to agree to.
struct ConsentQuestion {
  monitor::Consent needed;
  bool changed = false;  ///< there was a consent, but this asks for more or for something else
  bool records = false;  ///< and what was agreed to goes on being recorded meanwhile
};

/// Whether the person must be asked, and the act of agreeing. Nothing is written before that.
/// Threads: one at a time. Errors: also those of a broken disk, as values.
class ConsentGate {
 public:
  ConsentGate(Paths paths, Settings settings) : paths_(std::move(paths)), settings_(std::move(settings)) {}

  /// None: there is a consent that covers what the settings and the enrolment ask for.
  Expected<std::optional<ConsentQuestion>> question(WallTime now) const;
  Expected<void> accept(monitor::Consent consent, WallTime now) const;

 private:
  Paths paths_;
  Settings settings_;
};

}  // namespace dwell::app
