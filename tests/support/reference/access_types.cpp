#include "tests/support/reference/access_types.h"

#include <algorithm>
#include <set>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

/// What the address bar saw of a tab before one of its navigations.
struct Segment {
  std::int64_t net = 0, slack = 0;
  bool pasted = false, list = false, pointer = false, accept = false;
};

/// One input, taken into the segment (`counts`) or only watched for the end of a search in the page.
void take(const Event& input, bool counts, Segment& segment, bool& finding) {
  const std::string kind = input.fields.at("kind");
  if (kind == "mouse_down") {
    finding = false;
    if (counts) segment.pointer = true;
    return;
  }
  const std::string key = fieldOr<std::string>(input, "key_class", "other");
  if (kind == "mouse_up" && key == "paste" && counts) segment.pasted = true;
  if (kind != "key") return;
  const std::int64_t n = fieldOr<std::int64_t>(input, "count", 1);
  if (key == "find") finding = true;
  if (key == "shortcut") finding = false;
  if (!counts) return;
  if (key == "character" && !finding) segment.net += n;
  if (key == "deletion" && !finding) {
    segment.net = std::max<std::int64_t>(0, segment.net - n);
    segment.slack = segment.net == 0 ? 0 : segment.slack + n;
  }
  if (key == "escape" || key == "shortcut") segment = {};
  if (key == "paste") segment.pasted = true;
  if (key == "list") segment.list = true;
  if (key == "accept") segment.accept = true;
}

/// The tab's whole story since its last navigation, read again from the start.
Segment segmentBefore(const Trace& trace, const Lives& lives, const Navigation& navigation) {
  const TabLife& tab = lives.tab(navigation.tab);
  const bool first = navigation.previous == kNone;
  Segment segment;
  bool finding = false;
  for (std::size_t i = first ? tab.knownFrom : lives.navigation(navigation.previous).at + 1;
       i < navigation.at; ++i) {
    const Event& event = trace.events[i];
    const bool losesKeyboard = event.type == EventType::pageFocus && lives.tabOf[i] == navigation.tab &&
                               tab.keyboard.before(i) && !tab.keyboard.after(i);
    if (losesKeyboard) segment = {};
    if (event.type != EventType::input || lives.attendedTab[i] != navigation.tab) continue;
    const bool counts = !tab.keyboard.after(i) || tab.visit.after(i) == kNone;
    take(event, counts, segment, finding);
  }
  return segment;
}

class Classifier {
 public:
  Classifier(const Trace& trace, const Lives& lives) : trace_(trace), lives_(lives) {
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
      if (trace.events[i].type == EventType::input) inputs_.push_back(i);
    }
  }

  AccessTypes classifyAll() {
    // Visits and navigations in the order of their events: a redirect needs the arrival of the visit that it
    // ends.
    for (std::size_t v = 0, n = 0; v < lives_.visits.size() || n < lives_.navigations.size();) {
      const bool resumed = v < lives_.visits.size() && lives_.visits[v].startedBy == kNone;
      if (resumed && (n == lives_.navigations.size() || lives_.visits[v].start < lives_.navigations[n].at)) {
        const int from = lives_.visits[v].resumedFrom;
        all_.ofVisit.push_back({"resumed", from, kNone, std::nullopt});
        ++v;
        continue;
      }
      const Navigation& navigation = lives_.navigations[n];
      const Access access = accessOf(navigation);
      all_.ofNavigation.push_back(access);
      if (navigation.started != kNone) {
        all_.ofVisit.push_back(arrivalBy(navigation, access));
        ++v;
      }
      ++n;
    }
    return all_;
  }

 private:
  bool inputBetween(std::size_t after, std::size_t before) const {
    const auto next = std::upper_bound(inputs_.begin(), inputs_.end(), after);
    return next != inputs_.end() && *next < before;
  }

  bool linkPressedIn(const VisitLife& visit, std::size_t before) const {
    for (std::size_t i = visit.start + 1; i < before; ++i) {
      if (trace_.events[i].type == EventType::linkPressed && lives_.tabOf[i] == visit.tab) return true;
    }
    return false;
  }

  Access accessOf(const Navigation& navigation) const {
    const Event& event = trace_.events[navigation.at];
    const std::string transition = event.fields.at("transition");
    std::set<std::string> qualifiers;
    if (event.fields.contains("qualifiers"))
      qualifiers = event.fields["qualifiers"].get<std::set<std::string>>();
    const bool fromAddressBar = qualifiers.count("from_address_bar") > 0;
    const bool back = qualifiers.count("forward_back") > 0;
    const Segment segment = segmentBefore(trace_, lives_, navigation);

    Access access;
    if (fromAddressBar && !back) access.typedCharacters = segment.net;
    const bool observed = !inputs_.empty() && inputs_.front() < navigation.at;
    if (back) {
      access.type = "back_forward";
    } else if (isRedirect(navigation, transition, qualifiers.count("client_redirect") > 0, observed)) {
      access.redirect = true;
      access.type = all_.ofVisit[static_cast<std::size_t>(navigation.ended)].type;
    } else {
      access.type = typeInTable(navigation, event, transition, fromAddressBar, observed, segment);
    }
    return access;
  }

  bool isRedirect(const Navigation& navigation, const std::string& transition, bool clientRedirect,
                  bool observed) const {
    if (navigation.ended == kNone) return false;
    if (clientRedirect) return true;
    const VisitLife& visit = lives_.visit(navigation.ended);
    return transition == "link" && observed && !inputBetween(visit.start, navigation.at) &&
           !linkPressedIn(visit, navigation.at);
  }

  /// The table of 5.4 below its first two rows, row by row.
  std::string typeInTable(const Navigation& navigation, const Event& event, const std::string& transition,
                          bool fromAddressBar, bool observed, const Segment& segment) const {
    const std::string url = event.fields.at("url");
    const std::string typedFor = fieldOr<std::string>(event, "requested_url", url);
    const bool first = navigation.previous == kNone;
    const bool bar = transition == "typed" && fromAddressBar;
    const bool sameAsShown = navigation.ended != kNone && sameUrl(url, lives_.visit(navigation.ended).url);
    const bool whole = segment.net >= visibleLength(typedFor) - segment.slack;

    if (first && (transition == "reload" || navigation.how == "restored")) return "restored";
    if (bar && (!observed || !trace_.hook)) return "address_bar";
    if (transition == "reload") return "reload";
    if (bar && sameAsShown && segment.net == 0 && !segment.pasted) return "reload";
    if (transition == "form_submit") return "form_submit";
    if (transition == "generated" || transition == "keyword" || transition == "keyword_generated")
      return "search";
    if (transition == "auto_bookmark") return "bookmark";
    if (transition == "start_page" || transition == "auto_toplevel") return "external";
    if (transition == "link" && first && !lives_.tab(navigation.tab).hasOpener) return "external";
    if (bar && whole && !segment.list) return "typed_full";
    if (bar && segment.pasted) return "pasted";
    if (bar && (segment.list || (segment.pointer && !segment.accept))) return "suggestion";
    if (bar && segment.net >= 1) return "typed_completed";
    if (bar) return "address_bar";
    if (transition == "typed") return "start_tile";
    if (transition == "link") return "link";
    return "unknown";
  }

  Arrival arrivalBy(const Navigation& navigation, const Access& access) const {
    static const std::set<std::string> kOfTheirOwn{"typed_full",  "typed_completed", "suggestion", "pasted",
                                                   "address_bar", "bookmark",        "external"};
    Arrival arrival{access.type, navigation.ended, kNone, access.typedCharacters};
    if (access.redirect) {
      arrival.redirectedFrom = navigation.ended;
      return arrival;
    }
    if (navigation.previous == kNone) arrival.source = lives_.tab(navigation.tab).openerVisit;
    if (kOfTheirOwn.count(access.type) > 0) arrival.source = kNone;
    return arrival;
  }

  const Trace& trace_;
  const Lives& lives_;
  std::vector<std::size_t> inputs_;
  AccessTypes all_;
};

}  // namespace

AccessTypes classify(const Trace& trace, const Lives& lives) {
  return Classifier(trace, lives).classifyAll();
}

}  // namespace dwell::tests::reference
