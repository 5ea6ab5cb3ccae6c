#include "monitor/tracker/click.h"

#include <algorithm>

#include "base/url.h"
#include "monitor/tracker/search.h"
#include "monitor/tracker/tabs.h"

namespace dwell::monitor {
namespace {

/// The two latest clicks whose URLs differ: they tell for every click whether one of another URL came at or
/// after an event.
class Latest {
 public:
  void add(const Click& click) {
    if (first_ == nullptr || click.order >= first_->order) {
      if (first_ != nullptr && first_->key != click.key) second_ = first_;
      first_ = &click;
    } else if (click.key != first_->key && (second_ == nullptr || click.order >= second_->order)) {
      second_ = &click;
    }
  }
  bool anotherSince(std::uint64_t order, const std::string& key) const {
    const Click* other = first_ != nullptr && first_->key == key ? second_ : first_;
    return other != nullptr && other->order >= order;
  }

 private:
  const Click* first_ = nullptr;
  const Click* second_ = nullptr;  ///< the latest whose URL is not the first's
};

}  // namespace

std::optional<std::size_t> ResultList::find(const std::string& requested, const std::string& url) const {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Row& r) { return r.key == requested || r.key == url; });
  if (row == rows.end()) return std::nullopt;
  return static_cast<std::size_t>(row - rows.begin());
}

void Clicks::follow(LiveVisit& visit, const std::string& requestedKey,
                    const std::shared_ptr<ShownResults>& from) {
  auto click = std::make_shared<Click>();
  click->serpVisit = from->visit;
  click->serpKey = from->key;
  click->serpSite = url::site(from->key);
  click->results = from->results;
  click->from = from;
  from->clicks.push_back(click);
  judge(click, visit, requestedKey);
}

void Clicks::redirect(LiveVisit& before, LiveVisit& visit, const std::string& requestedKey) {
  const std::shared_ptr<Click> click = std::move(before.click);
  before.click = nullptr;
  if (click->counts) {
    leaveGroup(click);
    before.told.serp.reset();
    before.told.dwellMs.reset();
    before.told.quickBack = false;
    before.told.pogoStick = false;
  }
  judge(click, visit, requestedKey);
}

void Clicks::judge(const std::shared_ptr<Click>& click, LiveVisit& visit, const std::string& requestedKey) {
  if (!click->row) click->row = click->results->find(requestedKey, visit.key);
  click->counts = click->row || url::site(visit.key) != click->serpSite;
  click->holder = &visit;
  click->open = true;
  click->visit = visit.told.id;
  click->order = visit.order;
  click->key = visit.key;
  click->session = visit.told.session;
  click->returned.reset();
  visit.click = click;
  const auto from = click->from.lock();
  if (from) from->touched = true;
  if (!click->counts) return;

  std::optional<std::int64_t> rank;
  if (click->row) rank = click->results->rows[*click->row].rank;
  visit.told.serp = schemas::SerpClick{click->serpVisit, click->results->engine, click->results->query, rank};
  if (!click->session) return;  // no return, no pogo-sticking
  joinGroup(click);
  if (const auto awaited = from ? from->awaited.lock() : nullptr) awaited->clicks.push_back(click);
}

void Clicks::moment(LiveVisit& visit, const Moment& moment) {
  const std::shared_ptr<SerpMemory>& memory = visit.tab->serps;
  if (!memory) return;
  auto& waiting = memory->awaited->clicks;
  const auto isDone = [&](const std::shared_ptr<Click>& click) {
    if (click->returned || !click->counts || click->holder == nullptr || !moment.session ||
        click->session != moment.session) {
      return true;  // sessions don't come back
    }
    const LiveVisit& clicked = *click->holder;
    if (click->serpKey != visit.key || !clicked.firstAttention || moment.at <= *clicked.firstAttention)
      return false;
    click->returned = moment.order;
    const Millis dwell = moment.at - *clicked.firstAttention;
    click->holder->told.dwellMs = toMs(dwell);
    click->holder->told.quickBack = dwell < quickBack_;
    amend(click->holder);
    judgePogoSticking(groups_.at(groupOf(*click)));
    return true;
  };
  waiting.erase(std::remove_if(waiting.begin(), waiting.end(), isDone), waiting.end());
}

bool Clicks::decided(const Click& click) const {
  if (click.open) return false;
  if (click.holder == nullptr || !click.holder->told.pogoStick) return true;
  // The other click may still hand itself on to another URL or time.
  Latest ended;
  for (const auto& other : groups_.at(groupOf(click))) {
    if (!other->open) ended.add(*other);
  }
  return ended.anotherSince(*click.returned, click.key);
}

Clicks::GroupKey Clicks::groupOf(const Click& click) {
  return {*click.session, click.results->engine, click.results->query};
}

void Clicks::joinGroup(const std::shared_ptr<Click>& click) {
  Group& group = groups_[groupOf(*click)];
  group.push_back(click);
  judgePogoSticking(group);
}

void Clicks::leaveGroup(const std::shared_ptr<Click>& click) {
  if (!click->session) return;
  const auto it = groups_.find(groupOf(*click));
  if (it == groups_.end()) return;
  it->second.erase(std::remove(it->second.begin(), it->second.end(), click), it->second.end());
  judgePogoSticking(it->second);
}

void Clicks::judgePogoSticking(const Group& group) {
  Latest latest;
  for (const auto& click : group) latest.add(*click);
  for (const auto& click : group) {
    if (click->holder == nullptr || !click->returned) continue;
    schemas::Visit& told = click->holder->told;
    const bool pogo = told.quickBack && latest.anotherSince(*click->returned, click->key);
    if (pogo == told.pogoStick) continue;
    told.pogoStick = pogo;
    amend(click->holder);
  }
}

void Clicks::amend(LiveVisit* visit) {
  if (visit->ended) amended_.push_back(visit);
}

}  // namespace dwell::monitor
