#include "tests/support/reference/clicks.h"

#include <algorithm>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

Serp serpOf(const Event& event, std::size_t at, int visit) {
  Serp serp;
  serp.at = at;
  serp.visit = visit;
  serp.engine = event.fields.at("engine");
  serp.query = event.fields.at("query");
  for (const nlohmann::json& result : event.fields.at("results")) {
    serp.results.push_back({result.at("rank"), result.at("url"), result.value("kind", nlohmann::json())});
  }
  return serp;
}

std::optional<ServedResult> match(const Serp& serp, const VisitLife& visit) {
  for (const ServedResult& result : serp.results) {
    const bool requested = !visit.requestedUrl.empty() && sameUrl(result.url, visit.requestedUrl);
    if (requested || sameUrl(result.url, visit.url)) return result;
  }
  return std::nullopt;
}

/// The visit that the redirect at the end of this one leads to, or none.
int redirectedTo(const Lives& lives, const AccessTypes& access, int visit) {
  const int navigation = lives.visit(visit).endedBy;
  if (navigation == kNone || !access.ofNavigation[static_cast<std::size_t>(navigation)].redirect)
    return kNone;
  return lives.navigation(navigation).started;
}

std::vector<Click> clicksWithoutReturns(const Lives& lives, const AccessTypes& access,
                                        const SerpPages& pages) {
  std::vector<Click> clicks;
  for (std::size_t v = 0; v < lives.visits.size(); ++v) {
    const Arrival& arrival = access.ofVisit[v];
    if (arrival.type != "link" || arrival.redirect() || arrival.source == kNone) continue;
    const Serp* serp = pages.shownBy(arrival.source, lives.visits[v].start);
    if (serp == nullptr) continue;
    Click click;
    click.visit = static_cast<int>(v);
    click.serpVisit = arrival.source;
    click.engine = serp->engine;
    click.query = serp->query;
    click.matched = match(*serp, lives.visits[v]);
    for (int next = redirectedTo(lives, access, click.visit); next != kNone;
         next = redirectedTo(lives, access, click.visit)) {
      click.visit = next;
      if (!click.matched) click.matched = match(*serp, lives.visit(next));
    }
    const bool leaves = siteOf(lives.visit(click.visit).url) != siteOf(lives.visit(click.serpVisit).url);
    if (click.matched || leaves) clicks.push_back(click);
  }
  std::sort(clicks.begin(), clicks.end(), [](const Click& a, const Click& b) { return a.visit < b.visit; });
  return clicks;
}

bool showsSame(const Lives& lives, int visit, int serpVisit) {
  return lives.visit(visit).tab == lives.visit(serpVisit).tab &&
         sameUrl(lives.visit(visit).url, lives.visit(serpVisit).url);
}

void findReturn(Click& click, const Lives& lives, const AttentionOfAll& attention, const Sessions& sessions,
                const ReferenceSettings& settings) {
  const int session = sessions.of(lives.visit(click.visit));
  if (session == kNone) return;
  const Stretch* landed = nullptr;
  for (const Stretch& stretch : attention.stretches) {
    if (landed == nullptr) {
      if (stretch.visit == click.visit) landed = &stretch;
      continue;
    }
    if (!showsSame(lives, stretch.visit, click.serpVisit)) continue;
    if (sessions.inProgressAt(stretch.startEvent) != session) continue;
    click.dwell = stretch.from - landed->from;
    click.returnEvent = stretch.startEvent;
    click.quickBack = *click.dwell < settings.quickBack.count();
    return;
  }
}

}  // namespace

SerpPages::SerpPages(const Trace& trace, const Lives& lives) : lives_(lives) {
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (trace.events[i].type != EventType::serp || lives.visitOf(i) == kNone) continue;
    all_.push_back(serpOf(trace.events[i], i, lives.visitOf(i)));
  }
}

const Serp* SerpPages::shownBy(int visit, std::size_t event) const {
  const Serp* latest = nullptr;
  for (const Serp& serp : all_) {
    if (serp.at > event) break;
    if (serp.visit <= visit && showsSame(lives_, serp.visit, visit)) latest = &serp;
  }
  return latest;
}

std::vector<Click> findClicks(const Lives& lives, const AccessTypes& access, const AttentionOfAll& attention,
                              const Sessions& sessions, const SerpPages& pages,
                              const ReferenceSettings& settings) {
  std::vector<Click> clicks = clicksWithoutReturns(lives, access, pages);
  for (Click& click : clicks) findReturn(click, lives, attention, sessions, settings);
  for (Click& click : clicks) {
    if (!click.quickBack) continue;
    const VisitLife& visit = lives.visit(click.visit);
    click.pogoStick = std::any_of(clicks.begin(), clicks.end(), [&](const Click& other) {
      const VisitLife& otherVisit = lives.visit(other.visit);
      return otherVisit.start >= click.returnEvent && !sameUrl(otherVisit.url, visit.url) &&
             other.engine == click.engine && other.query == click.query &&
             sessions.of(otherVisit) == sessions.of(visit);
    });
  }
  return clicks;
}

}  // namespace dwell::tests::reference
