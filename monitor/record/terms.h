#pragma once

#include <optional>
#include <string>

#include "base/settings.h"
#include "base/time.h"
#include "monitor/record/consent.h"

namespace dwell::monitor {

/// What this machine's own file and its experiment ask for together, item by item: what both say, the
/// narrower of the two; what only one says, that. The experiment says when sessions end and what is active,
/// if it says it; the file can take away pages, detail and time, never add to what the experiment says. At
/// the level "histograms" only page groups that the experiment named count.
Settings askedOf(const Settings& own, const Settings& experiment);

/// Whether something may be recorded now; if not, why. The names are those of control.schema.json.
enum class Standing {
  kRecords,
  kNoConsent,      ///< nobody has agreed, or it was withdrawn
  kOtherTerms,     ///< the consent is to another text or another collector
  kEnded,          ///< the end that was agreed to or that the experiment has is over
  kStopped,        ///< the experiment was stopped
  kNobody,         ///< each participant agrees for themselves, and nobody is named
  kNotUnderstood,  ///< the experiment's settings are of a newer Dwell
};
const char* standingName(Standing standing);
/// What to tell a person: what is so, and the next step.
struct StandingText {
  const char* what;
  const char* next;  ///< empty: nothing to do
};
StandingText standingText(Standing standing);

/// What holds on this machine now.
struct Terms {
  Settings asked;                ///< by the file and the experiment
  Consent needed;                ///< for all of `asked`
  std::optional<Consent> given;  ///< the act in force
  Settings inForce;              ///< what may be recorded: `asked`, no wider than what was agreed to
  Standing standing = Standing::kNoConsent;
  bool wantsMore = false;  ///< `asked` is wider than what was agreed to: that waits for a new act
};

/// What a machine is enrolled in, if it is.
struct Membership {
  std::string collector;
  std::string settingsJson;
};

/// `given`: the last act of `participant` where each agrees for themselves (`asked.consentPerParticipant`),
/// else of the machine. Pure; to be asked again at inForce.end.
Terms termsOf(const Settings& own, const std::optional<Membership>& membership,
              const std::optional<std::string>& participant, const std::optional<Consent>& given,
              WallTime now);

/// Whether each participant agrees for themselves here: what to look up before termsOf().
bool consentPerParticipant(const Settings& own, const std::optional<Membership>& membership);

}  // namespace dwell::monitor
