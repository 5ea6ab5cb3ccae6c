// The rules of section 5, written down once more from their text alone, with everything known beforehand:
// first who lived when (lives), then what each navigation was (access_types), then time, sessions, log-ins
// and searches, each from its definition over the whole history. Shares no code with the tracker; slow on
// purpose.
//
// Where the text leaves a choice, this reading was taken:
//  1. An ignored navigation does not make its tab known ("no rule sees it"); `tab_closed` of an unknown tab
//     is nothing.
//  2. Becoming attended ends a visit as `resumed` also where that attention then lasts 0 ms; only stretches
//     longer than 0 ms are attention (for first, last and time-outs). A visit never attended before is not
//     resumed.
//  3. An `opener` that is not a known tab still is an opener (the first `link` is no `external`), without
//     visit.
//  4. `how` of a second `tab_opened` counts for the row `restored` too. A first navigation is one whatever
//     became of it (error, chrome:).
//  5. Without hook or inputs `typed_characters` is the segment's `net` as it is (0).
//  6. The search in the page (find) outlives a segment that starts anew by page_focus or escape.
//  7. Visible length: scheme and www. in any case; bytes 10xxxxxx count nothing; the host is not turned
//     from punycode; a `%` without two hex digits stays.
//  8. `attention_last_ms` is the end of the last attended stretch.
//  9. A password key counts nowhere: not as synthetic, and as no input of a gap either (the number of gaps
//     would tell the length of the password). It resets the age and is activity. Distance is added once an
//     event, `synthetic` by count.
// 10. A site change of a trajectory needs a visit that starts. Where one navigation carries several
//     trajectories, the one that started last goes on and the others end `login_again`; one carried to the
//     site of another ends that one, older or younger. A withdrawn one does nothing any more from its first
//     step's `login_form` on.
// 11. Time-outs come before whatever happens at the same moment, `agent_stopped` included.
// 12. A chain of redirects is judged by the results that its first visit's source had when that visit
//     started; if no visit follows the redirect, the click stays where it is. "Reached by link" is the
//     access type link.
// 13. Result URLs are told apart as "same URL" (without the fragment); a row keeps its first URL and kind.
//     Ranks in `serp_seen` count for the whole visit, also before its `serp`.
// 14. "At or after the return" is the order of the trace, not only of `t`.
// 15. A site: addresses (digits and dots, or in brackets) are their own; unlisted top levels follow the
//     list's `*`.

#include "tests/support/reference/reference.h"

#include "tests/support/reference/to_json.h"

namespace dwell::tests {

nlohmann::ordered_json referenceReplayInOrder(const std::string& traceJsonLines,
                                              const ReferenceSettings& settings) {
  using namespace reference;
  const Trace trace = readTrace(traceJsonLines);
  const Lives lives = liveThrough(trace, settings);
  const AccessTypes access = classify(trace, lives);
  const AttentionOfAll attention = attend(trace, lives);
  const std::vector<PageFacts> facts = collectFacts(trace, lives);
  const Sessions sessions(trace, lives, access, settings);
  const std::vector<Trajectory> trajectories = followLogins(trace, lives, access, attention);
  const SearchesOfAll searches = findSearches(trace, lives, access, attention, sessions, settings);
  return toJson({trace, settings, lives, access, attention, facts, sessions, trajectories, searches});
}

nlohmann::json referenceReplay(const std::string& traceJsonLines, const ReferenceSettings& settings) {
  return referenceReplayInOrder(traceJsonLines, settings);
}

}  // namespace dwell::tests
