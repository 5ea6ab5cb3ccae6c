#include "monitor/tracker/trajectory.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/trace_builder.h"

using namespace dwell;
using schemas::Transition;
using tests::Trace;

namespace {

constexpr std::int64_t kMinute = 60'000;
using Ids = std::vector<std::int64_t>;

/// Visit 1 is the login page, visit 2 what follows the submission at 1000.
Trace loggedIn() {
  return Trace()
      .reading("https://app.example/login?next=%2F")
      .loginForm("t")
      .at(1'000)
      .input()
      .submit("t")
      .at(2'000)
      .go("t", "https://app.example/home", Transition::kFormSubmit);
}

}  // namespace

TEST_CASE("the pages after a log-in are its trajectory") {
  const auto whole = loggedIn()
                         .at(3'000)
                         .input()
                         .go("t", "https://app.example/mail#1")
                         .at(4'000)
                         .input()
                         .go("t", "https://elsewhere.example/")
                         .at(5'000)
                         .input()
                         .go("t", "https://app.example/mail#2")
                         .at(6'000)
                         .run();
  REQUIRE(whole.trajectories.size() == 1);
  const schemas::Trajectory& t = whole.trajectories[0];
  CHECK(t.id == 1);
  CHECK(t.loginUrl == "https://app.example/login?next=%2F");
  CHECK(t.site == "app.example");
  CHECK(t.start == wallTime(0));
  CHECK(t.end == wallTime(6'000));
  CHECK(t.endReason == "agent_stopped");
  CHECK(t.steps == Ids{2, 3, 5});
  CHECK(t.distinctUrls == 2);
  CHECK(t.activeMs == 3'000);
  CHECK_FALSE(whole.visits[0].trajectory);
  CHECK(whole.visits[2].trajectory->step == 2);
  CHECK_FALSE(whole.visits[3].trajectory);
  CHECK(whole.visits[4].trajectory->step == 3);
}

TEST_CASE("a log-in counts for 60 s after its last submission") {
  const auto went = [](std::int64_t after) {
    return Trace()
        .reading("https://app.example/login")
        .submit("t")
        .at(500)
        .submit("t")
        .after(after)
        .go("t", "https://app.example/home", Transition::kFormSubmit)
        .run()
        .trajectories.size();
  };
  CHECK(went(60'000) == 1);
  CHECK(went(60'001) == 0);
}

TEST_CASE("a page that fails to load starts no trajectory") {
  schemas::Navigation n;
  n.browser = "b";
  n.tab = "t";
  n.url = "https://app.example/home";
  n.error = true;
  CHECK(Trace().reading("https://app.example/login").submit("t").add(n).run().trajectories.empty());
}

TEST_CASE("the login page with its form again is a failed log-in") {
  const auto whole = Trace()
                         .reading("https://app.example/login")
                         .submit("t")
                         .at(100)
                         .go("t", "https://app.example/login?error=1", Transition::kFormSubmit)
                         .at(200)
                         .loginForm("t")
                         .submit("t")
                         .at(300)
                         .go("t", "https://app.example/home", Transition::kFormSubmit)
                         .at(400)
                         .run();
  REQUIRE(whole.trajectories.size() == 1);
  CHECK(whole.trajectories[0].id == 1);
  CHECK(whole.trajectories[0].steps == Ids{3});
  CHECK_FALSE(whole.visits[1].trajectory);
}

TEST_CASE("the login page without its form is a log-in to the same page") {
  const auto whole = Trace()
                         .reading("https://app.example/")
                         .submit("t")
                         .go("t", "https://app.example/", Transition::kFormSubmit)
                         .at(400)
                         .run();
  REQUIRE(whole.trajectories.size() == 1);
  CHECK(whole.visits[1].trajectory->id == 1);
}

TEST_CASE("a log-in that fails late takes its number back, ended or not") {
  // A (tab t) may still fail when B (tab u) begins; A ends by logging out and fails after that.
  auto trace = Trace()
                   .reading("https://app.example/")
                   .submit("t")
                   .go("t", "https://app.example/", Transition::kFormSubmit)
                   .open("v", "t")
                   .go("v", "https://app.example/logout")
                   .go("u", "https://shop.example/login")
                   .submit("u")
                   .go("u", "https://shop.example/cart", Transition::kFormSubmit)
                   .at(100);
  const auto before = trace.run();
  REQUIRE(before.trajectories.size() == 2);
  CHECK(before.trajectories[0].endReason == "logout");
  CHECK(before.trajectories[1].site == "shop.example");
  const auto after = trace.loginForm("t").at(200).run();
  REQUIRE(after.trajectories.size() == 1);
  CHECK(after.trajectories[0].id == 1);
  CHECK(after.trajectories[0].site == "shop.example");
  CHECK(after.visits[4].trajectory->id == 1);
  CHECK_FALSE(after.visits[2].trajectory);
}

TEST_CASE("an identity provider hands on to the site") {
  const auto whole = Trace()
                         .reading("https://app.example/start")
                         .at(10)
                         .go("t", "https://id.example/login", Transition::kLink)
                         .submit("t")
                         .at(20)
                         .go("t", "https://id.example/consent", Transition::kFormSubmit)
                         .at(60'010)
                         .redirect("t", "https://app.example/home")
                         .at(60'020)
                         .run();
  REQUIRE(whole.trajectories.size() == 1);
  CHECK(whole.trajectories[0].site == "app.example");
  CHECK(whole.trajectories[0].steps == Ids{3, 4});
}

TEST_CASE("a redirect after the minute leaves the trajectory where it is") {
  const auto whole = loggedIn().at(61'001).redirect("t", "https://other.example/").at(70'000).run();
  CHECK(whole.trajectories.at(0).site == "app.example");
  CHECK(whole.trajectories.at(0).steps == Ids{2});
}

TEST_CASE("tabs opened from its tabs belong to it, others not") {
  const auto whole = loggedIn()
                         .open("u", "t")
                         .go("u", "https://app.example/a")
                         .open("v")
                         .go("v", "https://app.example/b")
                         .at(3'000)
                         .run();
  CHECK(whole.trajectories.at(0).steps == Ids{2, 3});
}

TEST_CASE("logging out is the last step") {
  for (const char* url : {"https://app.example/LogOut.aspx?x", "https://app.example/a/sign-out/",
                          "https://app.example/signoff"}) {
    const auto whole = loggedIn()
                           .at(3'000)
                           .input()
                           .go("t", url)
                           .at(4'000)
                           .input()
                           .go("t", "https://app.example/")
                           .at(5'000)
                           .run();
    CHECK(whole.trajectories.at(0).endReason == "logout");
    CHECK(whole.trajectories.at(0).end == wallTime(3'000));
    CHECK(whole.trajectories.at(0).steps == Ids{2, 3});
  }
  const auto whole =
      loggedIn().at(3'000).input().go("t", "https://app.example/logouts?logout").at(4'000).run();
  CHECK(whole.trajectories.at(0).endReason == "agent_stopped");
}

TEST_CASE("logging in again on the site, in whatever tab, ends the one before") {
  const auto whole = loggedIn()
                         .at(3'000)
                         .go("u", "https://app.example/login")
                         .submit("u")
                         .at(4'000)
                         .go("u", "https://app.example/other", Transition::kFormSubmit)
                         .at(5'000)
                         .input()
                         .go("t", "https://app.example/late")
                         .at(6'000)
                         .run();
  REQUIRE(whole.trajectories.size() == 2);
  CHECK(whole.trajectories[0].endReason == "login_again");
  CHECK(whole.trajectories[0].end == wallTime(4'000));
  CHECK(whole.trajectories[0].steps == Ids{2});
  CHECK(whole.trajectories[1].steps == Ids{4});
  CHECK_FALSE(whole.visits[4].trajectory);
}

TEST_CASE("it ends with its last tab") {
  const auto whole = loggedIn().open("u", "t").at(3'000).close("t").at(4'000).close("u").at(5'000).run();
  CHECK(whole.trajectories.at(0).endReason == "closed");
  CHECK(whole.trajectories.at(0).end == wallTime(4'000));
}

TEST_CASE("half an hour without a look at its steps ends it, at the last look") {
  const auto left = [](std::int64_t pause) {
    return loggedIn()
        .at(10'000)
        .focus(std::nullopt)
        .after(pause)
        .go("t", "https://app.example/news", Transition::kFormSubmit)
        .after(1)
        .run()
        .trajectories.at(0);
  };
  CHECK(left(30 * kMinute - 1).endReason == "agent_stopped");
  CHECK(left(30 * kMinute - 1).steps == Ids{2, 3});
  CHECK(left(30 * kMinute).endReason == "timeout");
  CHECK(left(30 * kMinute).end == wallTime(10'000));
  CHECK(left(30 * kMinute).steps == Ids{2});
}

TEST_CASE("a step that is looked at all the time does not time out") {
  const auto whole = loggedIn().at(100 * kMinute).run();
  CHECK(whole.trajectories.at(0).endReason == "agent_stopped");
}

TEST_CASE("where one navigation leads two trajectories to a site, the later one has it") {
  const auto whole = Trace()
                         .reading("https://a.example/login")
                         .submit("t")
                         .at(10)
                         .go("t", "https://a.example/in", Transition::kFormSubmit)
                         .submit("t")
                         .at(20)
                         .go("t", "https://b.example/in", Transition::kFormSubmit)
                         .at(30)
                         .redirect("t", "https://c.example/")
                         .at(40)
                         .run();
  REQUIRE(whole.trajectories.size() == 2);
  CHECK(whole.trajectories[0].site == "a.example");
  CHECK(whole.trajectories[0].endReason == "login_again");
  CHECK(whole.trajectories[0].end == wallTime(30));
  CHECK(whole.trajectories[1].site == "c.example");
  CHECK(whole.trajectories[1].steps == Ids{3, 4});
}

TEST_CASE("a step is not final before it is sure that its log-in did not fail") {
  const Trace trace = Trace()
                          .reading("https://app.example/login")
                          .input()
                          .submit("t")
                          .at(1'000)
                          .go("t", "https://app.example/login?next=1", Transition::kFormSubmit)
                          .at(2'000)
                          .input()
                          .open("n", "t")
                          .go("n", "https://app.example/help")
                          .at(3'000)
                          .close("n");
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  for (const auto& event : trace.events()) tracker.handle(event);
  const auto before = tracker.take();
  CHECK(before.ended.size() == 2);
  CHECK(before.finals == Ids{1});
  const Trace more = Trace().at(4'000).input().go("t", "https://app.example/home");
  for (const auto& event : more.events()) tracker.handle(event);
  const auto after = tracker.take();
  CHECK(after.finals == Ids{3, 2});
  REQUIRE(after.ended.size() == 2);
  for (const auto& visit : after.ended) {
    REQUIRE(visit.trajectory);
    CHECK(visit.trajectory->id == 1);
    CHECK(visit.trajectory->step == visit.id - 1);
  }
}

TEST_CASE(
    "a trajectory that had its number and failed is withdrawn by it, and its steps come again without") {
  const Trace trace = Trace()
                          .reading("https://app.example/login")
                          .input()
                          .submit("t")
                          .at(1'000)
                          .go("t", "https://app.example/login?next=1", Transition::kFormSubmit)
                          .open("n", "t")
                          .go("n", "https://app.example/help")
                          .open("m")
                          .go("m", "https://shop.example/login")
                          .submit("m")
                          .at(2'000)
                          .go("m", "https://shop.example/", Transition::kFormSubmit)  // numbers both
                          .close("n");
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  for (const auto& event : trace.events()) tracker.handle(event);
  const auto before = tracker.take();
  CHECK(before.trajectories.size() == 2);
  CHECK(before.withdrawnTrajectories.empty());
  REQUIRE(before.ended.back().id == 3);
  CHECK(before.ended.back().trajectory->id == 1);

  const Trace more = Trace().at(3'000).loginForm("t");
  for (const auto& event : more.events()) tracker.handle(event);
  const auto after = tracker.take();
  CHECK(after.withdrawnTrajectories == Ids{1});
  CHECK(after.trajectories.empty());
  REQUIRE(after.ended.size() == 1);
  CHECK(after.ended[0].id == 3);
  CHECK_FALSE(after.ended[0].trajectory);
}

TEST_CASE("a failed log-in that never had a number is withdrawn without a word") {
  const Trace trace = Trace()
                          .reading("https://app.example/login")
                          .input()
                          .submit("t")
                          .at(1'000)
                          .go("t", "https://app.example/login?next=1", Transition::kFormSubmit)
                          .loginForm("t");
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  for (const auto& event : trace.events()) tracker.handle(event);
  const auto out = tracker.take();
  CHECK(out.withdrawnTrajectories.empty());
  CHECK(out.trajectories.empty());
}
