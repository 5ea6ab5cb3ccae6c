#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "schemas/features.h"

/// The one vocabulary of live sources, the extension's messages and traces (design section 4,
/// event.schema.json).
namespace dwell::schemas {

/// Names that a browser, tab or window goes by. In JSON a string or an integer; an integer is kept as its
/// decimal text.
using BrowserId = std::string;
using TabId = std::string;
using WindowId = std::string;

enum class InputKind : std::uint8_t { kMouseMove, kMouseDown, kMouseUp, kKey, kScroll, kTouch };

enum class KeyClass : std::uint8_t {
  kCharacter,
  kDeletion,
  kCursor,
  kList,
  kAccept,
  kTab,
  kEscape,
  kPaste,
  kFind,
  kShortcut,
  kModifier,
  kFunction,
  kOther
};

/// WebExtension transition types; kPresent: the page was there when the extension connected.
enum class Transition : std::uint8_t {
  kLink,
  kTyped,
  kAutoBookmark,
  kAutoSubframe,
  kManualSubframe,
  kGenerated,
  kStartPage,
  kAutoToplevel,
  kFormSubmit,
  kReload,
  kKeyword,
  kKeywordGenerated,
  kPresent,
  kOther
};

struct Qualifiers {
  bool clientRedirect = false;
  bool serverRedirect = false;
  bool forwardBack = false;
  bool fromAddressBar = false;
  friend bool operator==(const Qualifiers&, const Qualifiers&) = default;
};

/// How a tab was opened. A persisted enum: values never change.
enum class TabOpenedBy : std::uint8_t {
  kUnknown = 0,
  kButton = 1,
  kCommand = 2,
  kContextMenu = 3,
  kLink = 4,
  kExternal = 5,
  kRestored = 6
};

struct Input {
  InputKind kind = InputKind::kMouseMove;
  KeyClass keyClass = KeyClass::kOther;  ///< for kKey
  std::int64_t count = 1;
  std::int64_t distancePx = 0;  ///< for kMouseMove
  bool synthetic = false;
};
struct BrowserConnected {
  BrowserId browser;
  std::string product, version;
};
struct BrowserDisconnected {
  BrowserId browser;
};
struct WindowFocus {
  BrowserId browser;
  std::optional<WindowId> window;
};
struct TabOpened {
  BrowserId browser;
  TabId tab;
  WindowId window;
  std::optional<TabId> opener;
  TabOpenedBy how = TabOpenedBy::kUnknown;
};
struct TabActivated {
  BrowserId browser;
  TabId tab;
  WindowId window;
};
struct TabClosed {
  BrowserId browser;
  TabId tab;
};
struct Navigation {
  BrowserId browser;
  TabId tab;
  WindowId window;
  std::string url;
  std::string requestedUrl;  ///< empty: the same as url
  Transition transition = Transition::kOther;
  Qualifiers qualifiers;
  bool sameDocument = false;
  bool error = false;
};
struct PageFocus {
  BrowserId browser;
  TabId tab;
  bool focused = false;
};
struct PageVisibility {
  BrowserId browser;
  TabId tab;
  bool visible = false;
};
struct PasswordFocus {
  BrowserId browser;
  TabId tab;
  bool focused = false;
};
struct PageLabel {
  BrowserId browser;
  TabId tab;
  std::string label;
};
struct PageVitals {
  BrowserId browser;
  TabId tab;
  std::optional<double> lcpMs, inpMs, cls;
};
struct Media {
  BrowserId browser;
  TabId tab;
  bool audible = false;
};
struct ScrollDepth {
  BrowserId browser;
  TabId tab;
  int percent = 0;
};
struct Form {
  BrowserId browser;
  TabId tab;
  std::int64_t fields = 0, characters = 0, autofilled = 0;
};
struct LoginForm {
  BrowserId browser;
  TabId tab;
};
struct LoginSubmitted {
  BrowserId browser;
  TabId tab;
};
struct PageLink {
  std::string url;
  Features features;  ///< of linkFeatureRules()
  friend bool operator==(const PageLink&, const PageLink&) = default;
};
/// The links that a page offered, in the order of the page.
using LinkTable = std::vector<PageLink>;
struct Links {
  BrowserId browser;
  TabId tab;
  std::shared_ptr<const LinkTable> links;  ///< never null; shared, since it is large and only carried
  std::optional<MonoTime> taken;           ///< where the event came too late to count at its own time: that
};
struct LinkPressed {
  BrowserId browser;
  TabId tab;
  std::string url;
  std::optional<std::int64_t> index;
  std::int64_t hoverMs = 0;
};
struct SerpResult {
  std::int64_t rank = 0;
  std::string url;
  std::string kind;
  Features features;  ///< of resultFeatureRules()
};
struct Serp {
  BrowserId browser;
  TabId tab;
  std::string engine, query;
  std::vector<SerpResult> results;
  bool recognised = true;  ///< false: a result page by its address, of a layout that no rule knows
};
struct SerpSeen {
  BrowserId browser;
  TabId tab;
  std::vector<std::int64_t> ranks;
};
struct Participant {
  std::optional<std::string> label;
};
struct Mark {
  std::string name, value;
};
struct Lock {};
struct Unlock {};
struct Suspend {};
struct Resume {};
struct End {};

using EventBody =
    std::variant<Input, BrowserConnected, BrowserDisconnected, WindowFocus, TabOpened, TabActivated,
                 TabClosed, Navigation, PageFocus, PageVisibility, PasswordFocus, PageLabel, PageVitals,
                 Media, ScrollDepth, Form, LoginForm, LoginSubmitted, Links, LinkPressed, Serp, SerpSeen,
                 Participant, Mark, Lock, Unlock, Suspend, Resume, End>;

struct Event {
  MonoTime time;
  EventBody body;
};

}  // namespace dwell::schemas
