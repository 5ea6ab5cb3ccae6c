#include "tests/support/trace_generator.h"

#include <cstdlib>
#include <initializer_list>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>

namespace dwell::tests {
namespace {

using namespace schemas;

/// Writes one trace. What a person does is a few events each, from a small world of pages, so that things
/// meet.
class Generator {
 public:
  explicit Generator(std::uint32_t seed) : random_(seed), links_(~seed) {}

  GeneratedTrace make(int steps) {
    GeneratedTrace trace;
    trace.header.utcOffset = UtcOffset(pick({-600, 0, 60, 345, 600}));
    // An hour or so before some midnight, so that few hours make two days.
    trace.header.wallStart =
        wallTime((20'800 + number(0, 6)) * 86'400'000 + number(-8'000'000, 0)) - trace.header.utcOffset;
    trace.header.hook = !chance(8);
    if (chance(60)) addWindows();
    for (int i = 0; i < steps; ++i) step();
    if (chance(70)) add(End{});
    trace.events = std::move(events_);
    return trace;
  }

 private:
  std::int64_t number(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  bool chance(int percent) { return number(0, 99) < percent; }
  template <class T>
  T pick(std::initializer_list<T> values) {
    return values.begin()[number(0, static_cast<std::int64_t>(values.size()) - 1)];
  }
  std::string name(std::initializer_list<const char*> values) { return pick(values); }

  template <class Body>
  void add(Body body) {
    events_.push_back({monoTime(now_), std::move(body)});
  }

  void pause() {
    const auto kind = number(0, 99);
    if (kind < 30) return;
    if (kind < 60) {
      now_ += number(1, 900);
    } else if (kind < 80) {
      now_ += number(1, 20'000);
    } else if (kind < 88) {
      now_ +=
          pick<std::int64_t>({1'000, 2'000, 3'000, 5'000, 10'000, 15'000, 30'000, 60'000, 59'999, 60'001});
    } else if (kind < 95) {
      now_ += number(20'000, 600'000);
    } else if (kind < 97) {
      now_ += pick<std::int64_t>({1'799'999, 1'800'000, 1'800'001});
    } else if (kind < 98) {
      now_ += number(1'000'000, 4'000'000);
    }
  }

  std::string browser() { return chance(80) ? "b1" : "b2"; }
  std::string window() { return chance(75) ? "w1" : "w2"; }
  std::string tab() { return chance(75) ? name({"t1", "t2"}) : name({"t3", "t4", "t5"}); }

  std::string serpUrl() { return name({"https://search.example/?q=one", "https://search.example/?q=two"}); }
  std::string resultUrl() {
    return name({"https://www.shop.example.co.uk/a", "https://shop.example.co.uk/b#reviews",
                 "https://news.example/story", "https://search.example/images?q=one",
                 "https://go.example/out?to=news"});
  }
  std::string loginUrl() {
    return name(
        {"https://id.example/login?next=1", "https://shop.example.co.uk/login", "https://app.example/"});
  }
  std::string anyUrl() {
    const auto kind = number(0, 9);
    if (kind < 2) return serpUrl();
    if (kind < 5) return resultUrl();
    if (kind < 7) return loginUrl();
    return name({"https://app.example/", "https://app.example/inbox", "https://id.example/login",
                 "https://app.example/Account/LogOut.aspx", "https://news.example/sign-out?x=1",
                 "https://www.shop.example.co.uk/a#top", "http://192.168.0.7/logs", "https://me@app.example/",
                 "http://localhost:8080/%C3%BC/x", "chrome://newtab/", "about:blank",
                 "https://app.example/?a=1", "https://news.example/story#2"});
  }

  void navigate(const std::string& b, const std::string& t, std::string url, Transition transition,
                Qualifiers qualifiers = {}) {
    Navigation n;
    n.browser = b;
    n.tab = t;
    n.window = window();
    n.url = std::move(url);
    if (chance(6)) n.requestedUrl = chance(50) ? resultUrl() : anyUrl();
    n.transition = transition;
    n.qualifiers = qualifiers;
    n.sameDocument = chance(4);
    n.error = chance(3);
    add(std::move(n));
    offerLinks(b, t);
  }

  /// Links and features have their own dice: they change no visit, so traces stay what they were without.
  std::int64_t linkNumber(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(links_);
  }
  Features features(FeatureRules rules) {
    Features some;
    for (std::size_t place = 0; place < rules.size(); ++place) {
      if (linkNumber(0, 3) == 0)
        setFeature(some, rules, place, linkNumber(rules[place].min, rules[place].max));
    }
    return some;
  }
  /// Mostly, and mostly one that was offered before.
  void offerLinks(const std::string& b, const std::string& t) {
    if (linkNumber(0, 9) < 4) return;
    auto& table = tables_[linkNumber(0, 3)];
    if (!table || linkNumber(0, 9) == 0) {
      const auto made = std::make_shared<LinkTable>();
      for (std::int64_t i = linkNumber(0, 5); i > 0; --i) {
        made->push_back({"https://" + std::string(i % 2 == 0 ? "shop" : "news") + ".example/" +
                             std::to_string(linkNumber(0, 9)) + "?q=" + std::to_string(i),
                         features(linkFeatureRules())});
      }
      table = made;
    }
    offered_[t] = table;
    add(Links{b, t, table, {}});
  }
  /// Of a link that the tab's page offers or offered, and sometimes of one that it did not.
  LinkPressed linkPress(const std::string& b, const std::string& t, std::string url) {
    LinkPressed press{b, t, std::move(url), std::nullopt, linkNumber(0, 3'000)};
    const auto table = offered_.find(t);
    if (table == offered_.end() || linkNumber(0, 4) == 0) return press;
    press.index = linkNumber(0, 5);
    if (*press.index < static_cast<std::int64_t>(table->second->size())) {
      press.url = (*table->second)[static_cast<std::size_t>(*press.index)].url;
    }
    return press;
  }
  void link(const std::string& b, const std::string& t, std::string url) {
    navigate(b, t, std::move(url), Transition::kLink);
  }
  void redirect(const std::string& b, const std::string& t, std::string url) {
    Qualifiers q;
    q.clientRedirect = true;
    navigate(b, t, std::move(url), Transition::kLink, q);
  }
  void back(const std::string& b, const std::string& t, std::string url) {
    Qualifiers q;
    q.forwardBack = true;
    navigate(b, t, std::move(url), Transition::kLink, q);
  }
  Transition transition() {
    return static_cast<Transition>(number(0, static_cast<std::int64_t>(Transition::kOther)));
  }

  void input() {
    Input i;
    i.kind = static_cast<InputKind>(number(0, static_cast<std::int64_t>(InputKind::kTouch)));
    if (i.kind == InputKind::kKey) {
      i.keyClass = chance(50) ? KeyClass::kCharacter
                              : static_cast<KeyClass>(number(0, static_cast<std::int64_t>(KeyClass::kOther)));
    }
    if (i.kind == InputKind::kMouseUp && chance(30)) i.keyClass = KeyClass::kPaste;
    i.count = chance(70) ? 1 : number(1, 30);
    if (i.kind == InputKind::kMouseMove) i.distancePx = number(0, 500);
    i.synthetic = chance(5);
    add(i);
  }
  void key(KeyClass keyClass, std::int64_t count) {
    Input i;
    i.kind = InputKind::kKey;
    i.keyClass = keyClass;
    i.count = count;
    add(i);
  }
  void click() {
    Input i;
    i.kind = InputKind::kMouseDown;
    add(i);
  }

  void addWindows() {
    add(BrowserConnected{"b1", "Chromium", "142"});
    add(TabOpened{"b1", "t1", "w1", std::nullopt, TabOpenedBy::kUnknown});
    add(TabActivated{"b1", "t1", "w1"});
    add(WindowFocus{"b1", "w1"});
  }

  /// Looks at a tab, mostly the one it will use.
  void lookAt(const std::string& b, const std::string& t) {
    const std::string w = window();
    if (chance(60)) add(TabActivated{b, t, w});
    if (chance(60)) add(WindowFocus{b, w});
    pause();
  }

  void serp(const std::string& b, const std::string& t) {
    Serp s;
    s.browser = b;
    s.tab = t;
    s.engine = chance(90) ? "e" : "f";
    s.query = name({"one", "two"});
    const auto results = number(0, 4);
    for (std::int64_t rank = 1; rank <= results; ++rank) {
      s.results.push_back({chance(90) ? rank : number(1, 5), resultUrl(), chance(80) ? "web" : "ad",
                           features(resultFeatureRules())});
    }
    add(std::move(s));
  }

  void search() {
    const std::string b = browser(), t = tab();
    lookAt(b, t);
    key(KeyClass::kCharacter, number(1, 5));
    navigate(b, t, serpUrl(), Transition::kGenerated);
    pause();
    if (chance(90)) serp(b, t);
    const auto clicks = number(0, 3);
    for (std::int64_t i = 0; i < clicks; ++i) {
      pause();
      if (chance(50)) add(SerpSeen{b, t, {number(1, 4), number(1, 4)}});
      if (chance(90)) click();
      std::string in = t;
      if (chance(30)) {
        in = tab();
        add(TabClosed{b, in});
        add(TabOpened{b, in, "w1", t, TabOpenedBy::kLink});
        if (chance(50)) lookAt(b, in);
      }
      link(b, in, resultUrl());
      while (chance(30)) {
        pause();
        redirect(b, in, chance(70) ? resultUrl() : anyUrl());
      }
      pause();
      if (chance(70)) add(Input{});
      pause();
      if (chance(25)) {  // another result behind, in the very moment of the return
        const std::string behind = tab();
        add(TabClosed{b, behind});
        add(TabOpened{b, behind, "w1", t, TabOpenedBy::kLink});
        link(b, behind, resultUrl());
      }
      if (in == t) {
        back(b, t, serpUrl());
      } else {
        add(TabActivated{b, t, chance(80) ? "w1" : "w2"});
      }
      if (chance(30)) serp(b, t);
    }
  }

  void logIn() {
    const std::string b = browser(), t = tab();
    lookAt(b, t);
    const std::string page = loginUrl();
    navigate(b, t, page, transition());
    if (chance(80)) add(LoginForm{b, t});
    add(PasswordFocus{b, t, true});
    pause();
    key(KeyClass::kCharacter, number(1, 20));
    const auto submissions = number(0, 2);
    for (std::int64_t i = 0; i < submissions; ++i) {
      add(LoginSubmitted{b, t});
      if (chance(40)) now_ += pick<std::int64_t>({59'999, 60'000, 60'001});
    }
    if (chance(30)) {
      navigate(b, t, page, Transition::kFormSubmit);  // the page again
      if (chance(60)) add(LoginForm{b, t});
      return;
    }
    navigate(b, t, anyUrl(), Transition::kFormSubmit);
    while (chance(50)) {
      if (chance(40)) pause();
      chance(50) ? redirect(b, t, anyUrl()) : navigate(b, t, anyUrl(), Transition::kFormSubmit);
    }
    while (chance(70)) {
      pause();
      if (chance(70)) click();
      if (chance(20)) {
        const std::string opened = tab();
        add(TabOpened{b, opened, "w1", t, TabOpenedBy::kLink});
        link(b, opened, anyUrl());
      } else if (chance(15)) {
        add(TabClosed{b, t});
      } else {
        link(b, t, anyUrl());
      }
    }
  }

  void enterAddress() {
    const std::string b = browser(), t = tab();
    lookAt(b, t);
    if (chance(70)) add(PageFocus{b, t, false});
    const auto keys = number(0, 6);
    for (std::int64_t i = 0; i < keys; ++i) {
      chance(15) ? click()
                 : key(static_cast<KeyClass>(number(0, static_cast<std::int64_t>(KeyClass::kOther))), 1);
      if (chance(50)) key(KeyClass::kCharacter, number(1, 25));
      if (chance(20)) pause();
    }
    if (chance(30)) add(PageFocus{b, t, true});
    Qualifiers q;
    q.fromAddressBar = chance(90);
    q.serverRedirect = chance(10);
    navigate(b, t, anyUrl(), chance(80) ? Transition::kTyped : transition(), q);
  }

  void read() {
    const std::string b = browser(), t = tab();
    lookAt(b, t);
    const auto inputs = number(1, 8);
    for (std::int64_t i = 0; i < inputs; ++i) {
      input();
      if (chance(60)) now_ += number(0, 4'000);
    }
    if (chance(40)) link(b, t, anyUrl());
  }

  void pageSays() {
    const std::string b = browser(), t = tab();
    switch (number(0, 11)) {
      case 0:
        return add(PageVisibility{b, t, chance(70)});
      case 1:
        return add(Media{b, t, chance(60)});
      case 2:
        return add(PageLabel{b, t, name({"x", "y"})});
      case 3:
        return add(
            PageVitals{b, t, 12.5, std::nullopt, chance(50) ? std::optional<double>(0.25) : std::nullopt});
      case 4:
        return add(ScrollDepth{b, t, static_cast<int>(number(0, 100))});
      case 5:
        return add(Form{b, t, number(0, 3), number(0, 40), number(0, 2)});
      case 6:
        return add(LoginForm{b, t});
      case 7:
        return add(LoginSubmitted{b, t});
      case 8:
        return add(linkPress(b, t, anyUrl()));
      case 9:
        return serp(b, t);
      case 10:
        return add(SerpSeen{b, t, {number(1, 4)}});
      default:
        return add(PasswordFocus{b, t, chance(50)});
    }
  }

  void happens() {
    const std::string b = browser(), t = tab();
    switch (number(0, 15)) {
      case 0:
        return add(Lock{});
      case 1:
        return add(Unlock{});
      case 2:
        return add(Suspend{});
      case 3:
        return add(Resume{});
      case 4:
        return add(WindowFocus{b, std::nullopt});
      case 5:
        return add(WindowFocus{b, window()});
      case 6:
        return add(TabActivated{b, t, window()});
      case 7:
        return add(TabClosed{b, t});
      case 8:
        if (chance(40)) add(BrowserDisconnected{b});
        return;
      case 9:
        return add(Participant{chance(60) ? std::optional<std::string>(name({"p1", "p2"})) : std::nullopt});
      case 10:
        return add(PageFocus{b, t, chance(50)});
      case 11:
        return add(TabOpened{b, t, window(), chance(50) ? std::optional<std::string>(tab()) : std::nullopt,
                             static_cast<TabOpenedBy>(number(0, 6))});
      case 12:
        return redirect(b, t, anyUrl());
      case 13:
        return back(b, t, chance(50) ? serpUrl() : anyUrl());
      case 14:
        return add(Unlock{});
      default:
        return add(Resume{});
    }
  }

  void anyNavigation() {
    Qualifiers q;
    q.clientRedirect = chance(10);
    q.serverRedirect = chance(10);
    q.forwardBack = chance(10);
    q.fromAddressBar = chance(20);
    navigate(browser(), tab(), anyUrl(), transition(), q);
  }

  void step() {
    pause();
    const auto kind = number(0, 99);
    if (kind < 20) return read();
    if (kind < 35) return search();
    if (kind < 50) return logIn();
    if (kind < 60) return enterAddress();
    if (kind < 75) return pageSays();
    if (kind < 90) return happens();
    if (kind < 95) return input();
    anyNavigation();
  }

  std::mt19937 random_, links_;
  std::map<std::int64_t, std::shared_ptr<const LinkTable>> tables_;
  std::map<std::string, std::shared_ptr<const LinkTable>> offered_;  ///< by tab
  std::int64_t now_ = 0;
  std::vector<Event> events_;
};

}  // namespace

std::string GeneratedTrace::jsonLines() const {
  std::string out = encodeTraceHeader(header).dump() + "\n";
  for (const Event& event : events) out += encodeEvent(event).dump() + "\n";
  return out;
}

GeneratedTrace generateTrace(std::uint32_t seed, int steps) { return Generator(seed).make(steps); }

std::uint32_t seeds() {
  const char* const wanted = std::getenv("DWELL_SEEDS");
  return wanted != nullptr ? static_cast<std::uint32_t>(std::stoul(wanted)) : DWELL_SEEDS;
}

}  // namespace dwell::tests
