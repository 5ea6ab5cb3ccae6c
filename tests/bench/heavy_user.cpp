#include "tests/bench/heavy_user.h"

#include <algorithm>
#include <array>
#include <utility>

namespace dwell::tests {

using namespace schemas;

namespace {

constexpr const char* kBrowser = "chromium-1";
constexpr const char* kWindow = "1";
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kWorkMs = 28'800'000;
constexpr std::size_t kMostTabs = 20;
/// Of the pages seen before, those that may be visited again: the newest.
constexpr std::size_t kRemembered = 20'000;

constexpr std::array<const char*, 12> kSites = {"www.shop.example", "news.example",      "mail.example",
                                                "docs.example.org", "forum.example.net", "video.example",
                                                "wiki.example.org", "app.example",       "www.travel.example",
                                                "bank.example",     "social.example",    "code.example.dev"};
constexpr std::array<const char*, 12> kWords = {"winter",  "boots",  "review",  "best",
                                                "guide",   "cheap",  "how",     "repair",
                                                "leather", "report", "meeting", "holiday"};

}  // namespace

HeavyUser::HeavyUser(std::uint64_t seed) : random_(seed) { begin(); }

TraceHeader HeavyUser::header() {
  TraceHeader header;
  header.wallStart = wallTime(1'795'388'400'000);  // 2026-11-22 23:00 UTC
  header.utcOffset = UtcOffset(600);
  return header;
}

Event HeavyUser::next() {
  while (queue_.empty()) step();
  Event event = std::move(queue_.front());
  queue_.pop_front();
  return event;
}

std::int64_t HeavyUser::number(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}

std::string HeavyUser::pageUrl() {
  if (!pages_.empty() && chance(400)) {
    // The fewer visits ago, the likelier: the least of three.
    const auto size = static_cast<std::int64_t>(pages_.size());
    const auto back = std::min({number(1, size), number(1, size), number(1, size)});
    return pages_[static_cast<std::size_t>(size - back)];
  }
  std::string url = std::string("https://") + kSites[static_cast<std::size_t>(number(0, 11))] + "/";
  for (int i = 0; i < 4; ++i) {
    url += kWords[static_cast<std::size_t>(number(0, 11))];
    url += i == 1 ? '/' : '-';
  }
  url += std::to_string(nextPage_++);
  if (chance(200)) url += "?ref=" + std::to_string(number(0, 999));
  pages_.push_back(url);
  if (pages_.size() == 2 * kRemembered) pages_.erase(pages_.begin(), pages_.begin() + kRemembered);
  return url;
}

void HeavyUser::key(KeyClass keyClass, std::int64_t count) {
  Input input;
  input.kind = InputKind::kKey;
  input.keyClass = keyClass;
  input.count = count;
  add(input);
}

void HeavyUser::type(std::int64_t characters) {
  for (std::int64_t i = 0; i < characters; ++i) {
    key(chance(60) ? KeyClass::kDeletion : KeyClass::kCharacter, 1);
    wait(60, 280);
  }
}

void HeavyUser::press() {
  Input input;
  input.kind = InputKind::kMouseDown;
  add(input);
  wait(50, 120);
  input.kind = InputKind::kMouseUp;
  add(input);
}

void HeavyUser::movePointer(std::int64_t slots) {
  Input input;
  input.kind = InputKind::kMouseMove;
  for (std::int64_t i = 0; i < slots; ++i) {
    input.distancePx = number(3, 90);
    add(input);
    now_ += 50;
  }
}

void HeavyUser::scroll(std::int64_t turns) {
  Input input;
  input.kind = InputKind::kScroll;
  for (std::int64_t i = 0; i < turns; ++i) {
    input.count = number(1, 3);
    add(input);
    wait(40, 160);
  }
}

void HeavyUser::navigate(std::string url, Transition transition, Qualifiers qualifiers) {
  Navigation navigation;
  navigation.browser = kBrowser;
  navigation.tab = tab().id;
  navigation.window = kWindow;
  navigation.url = url;
  if (chance(50)) {
    navigation.requestedUrl = "http" + url.substr(url.find(':'));
    qualifiers.serverRedirect = true;
  }
  navigation.transition = transition;
  navigation.qualifiers = qualifiers;
  add(std::move(navigation));
  tab().url = std::move(url);
  ++visits_;
  wait(5, 40);
  add(PageVisibility{kBrowser, tab().id, true});
  wait(200, 900);
  add(PageVitals{kBrowser, tab().id, static_cast<double>(number(300, 2'500)),
                 static_cast<double>(number(8, 200)), 0.01 * static_cast<double>(number(0, 20))});
}

void HeavyUser::activate(std::size_t index) {
  if (index == active_) return;
  add(TabActivated{kBrowser, tabs_[index].id, kWindow});
  wait(1, 10);
  add(PageVisibility{kBrowser, tab().id, false});
  active_ = index;
  add(PageVisibility{kBrowser, tab().id, true});
  wait(20, 300);
}

void HeavyUser::openTab() {
  closeTabs();
  const std::string opener = tab().id;
  tabs_.push_back({std::to_string(nextTab_++), ""});
  add(TabOpened{kBrowser, tabs_.back().id, kWindow, opener, TabOpenedBy::kLink});
  wait(5, 30);
  activate(tabs_.size() - 1);
}

/// The first tab stays open all day.
void HeavyUser::closeTabs() {
  if (tabs_.size() < kMostTabs) return;
  const std::string kept = tab().id;
  while (tabs_.size() > kMostTabs / 2) {
    const auto index = static_cast<std::size_t>(number(1, static_cast<std::int64_t>(tabs_.size()) - 1));
    if (tabs_[index].id == kept) continue;
    add(TabClosed{kBrowser, tabs_[index].id});
    wait(100, 500);
    tabs_.erase(tabs_.begin() + static_cast<std::ptrdiff_t>(index));
  }
  const auto place = std::find_if(tabs_.begin(), tabs_.end(), [&](const Tab& t) { return t.id == kept; });
  active_ = static_cast<std::size_t>(place - tabs_.begin());
}

void HeavyUser::begin() {
  add(BrowserConnected{kBrowser, "Chromium", "142.0"});
  tabs_.push_back({std::to_string(nextTab_++), ""});
  add(TabOpened{kBrowser, tab().id, kWindow, std::nullopt, TabOpenedBy::kUnknown});
  add(TabActivated{kBrowser, tab().id, kWindow});
  add(WindowFocus{kBrowser, kWindow});
  navigate("https://mail.example/inbox", Transition::kPresent);
  openTab();
  navigate(pageUrl(), Transition::kLink);
}

void HeavyUser::step() {
  const auto kind = number(0, 999);
  if (kind < 520) {
    followLink();
  } else if (kind < 620) {
    followLinkInNewTab();
  } else if (kind < 680) {
    search();
  } else if (kind < 760) {
    enterAddress();
  } else if (kind < 860) {
    goBack();
  } else if (kind < 900) {
    sendForm();
  } else if (kind < 903) {
    logIn();
  } else if (kind < 910) {
    leave(5'000, 120'000);
  } else {
    activate(static_cast<std::size_t>(number(0, static_cast<std::int64_t>(tabs_.size()) - 1)));
    read();
  }
  const std::int64_t today = now_ - day_ * kDayMs;
  if (today > kWorkMs) night();
}

void HeavyUser::read() {
  const auto looks = number(0, 3);
  std::int64_t depth = 0;
  for (std::int64_t i = 0; i < looks; ++i) {
    movePointer(number(2, 18));
    const auto turns = number(0, 6);
    scroll(turns);
    if (turns > 0) {
      depth = std::min<std::int64_t>(100, depth + number(5, 40));
      add(ScrollDepth{kBrowser, tab().id, static_cast<int>(depth)});
    }
    if (chance(80)) press();
    if (chance(30)) key(KeyClass::kList, number(1, 4));
    wait(100, chance(100) ? 12'000 : 2'000);
  }
  if (chance(10)) add(Media{kBrowser, tab().id, chance(500)});
}

void HeavyUser::followLink() {
  read();
  movePointer(number(4, 22));
  const std::string url = pageUrl();
  add(LinkPressed{kBrowser, tab().id, url, number(0, 120), number(80, 900)});
  press();
  wait(50, 400);
  navigate(url, Transition::kLink);
}

void HeavyUser::followLinkInNewTab() {
  read();
  movePointer(number(4, 22));
  const std::string url = pageUrl();
  add(LinkPressed{kBrowser, tab().id, url, number(0, 120), number(80, 900)});
  press();
  wait(20, 90);
  openTab();
  navigate(url, Transition::kLink);
}

void HeavyUser::search() {
  add(PageFocus{kBrowser, tab().id, false});
  std::string query;
  for (auto words = number(1, 4); words > 0; --words) {
    query += (query.empty() ? "" : " ") + std::string(kWords[static_cast<std::size_t>(number(0, 11))]);
  }
  type(static_cast<std::int64_t>(query.size()));
  key(KeyClass::kAccept, 1);
  wait(20, 60);
  std::string url = "https://search.example/?q=" + query;
  std::replace(url.begin() + 8, url.end(), ' ', '+');
  navigate(url, Transition::kGenerated);
  add(PageFocus{kBrowser, tab().id, true});
  Serp serp{kBrowser, tab().id, "search", query, {}};
  Features features;
  for (const auto& [name, value] : {std::pair("title_words", 7), {"bold_words", 2}, {"height", 112}}) {
    features.set(*resultFeature(name), value);
  }
  for (std::int64_t rank = 1; rank <= 10; ++rank) {
    serp.results.push_back({rank, pageUrl(), rank > 8 ? "video" : "organic", features});
  }
  const std::string result = serp.results[static_cast<std::size_t>(number(0, 9))].url;
  add(std::move(serp));
  wait(1'000, 1'500);
  add(SerpSeen{kBrowser, tab().id, {1, 2, 3, 4}});
  read();
  add(SerpSeen{kBrowser, tab().id, {5, 6, 7}});
  movePointer(number(4, 16));
  add(LinkPressed{kBrowser, tab().id, result, std::nullopt, number(80, 900)});
  press();
  wait(50, 400);
  navigate(result, Transition::kLink);
  read();
  if (chance(350)) {
    Qualifiers back;
    back.forwardBack = true;
    navigate(url, Transition::kLink, back);
  }
}

void HeavyUser::enterAddress() {
  movePointer(number(2, 8));
  press();
  add(PageFocus{kBrowser, tab().id, false});
  type(number(3, 16));
  if (chance(300)) key(KeyClass::kList, number(1, 3));
  key(KeyClass::kAccept, 1);
  wait(20, 80);
  Qualifiers typed;
  typed.fromAddressBar = true;
  navigate(pageUrl(), Transition::kTyped, typed);
  add(PageFocus{kBrowser, tab().id, true});
  read();
}

void HeavyUser::goBack() {
  read();
  press();
  wait(20, 80);
  Qualifiers back;
  back.forwardBack = true;
  navigate(pageUrl(), Transition::kLink, back);
}

void HeavyUser::sendForm() {
  movePointer(number(4, 10));
  press();
  const auto characters = number(5, 60);
  type(characters);
  add(Form{kBrowser, tab().id, number(1, 5), characters, number(0, 2)});
  key(KeyClass::kAccept, 1);
  wait(50, 300);
  navigate(pageUrl(), Transition::kFormSubmit);
}

void HeavyUser::logIn() {
  const std::string site = kSites[static_cast<std::size_t>(number(0, 11))];
  navigate("https://" + site + "/login", Transition::kLink);
  add(LoginForm{kBrowser, tab().id});
  press();
  type(number(6, 14));
  key(KeyClass::kTab, 1);
  add(PasswordFocus{kBrowser, tab().id, true});
  type(number(8, 16));
  key(KeyClass::kAccept, 1);
  add(LoginSubmitted{kBrowser, tab().id});
  wait(100, 900);
  navigate("https://" + site + "/home", Transition::kFormSubmit);
  for (auto pages = number(2, 9); pages > 0; --pages) {
    read();
    movePointer(number(3, 12));
    press();
    wait(50, 300);
    navigate("https://" + site + "/account/" + std::to_string(number(1, 400)), Transition::kLink);
  }
}

/// Another program in front, in which the person goes on moving and typing for a while.
void HeavyUser::leave(std::int64_t atLeastMs, std::int64_t atMostMs) {
  add(WindowFocus{kBrowser, std::nullopt});
  const std::int64_t until = now_ + number(atLeastMs, atMostMs);
  movePointer(number(10, 60));
  type(number(0, 80));
  now_ = std::max(now_, until);
  add(WindowFocus{kBrowser, kWindow});
  wait(50, 400);
}

void HeavyUser::night() {
  add(Lock{});
  ++day_;
  now_ = std::max(now_ + 3'600'000, day_ * kDayMs + number(0, 600'000));
  add(Unlock{});
  wait(500, 3'000);
}

}  // namespace dwell::tests
