#include <fmt/chrono.h>

#include "schemas/event_codec.h"
#include "schemas/event_names.h"
#include "schemas/visit_codec.h"

namespace dwell::schemas {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json orNull(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// Puts a body's type and fields into an event's JSON.
struct Encoder {
  Json& out;

  void type(const char* name) { out["type"] = name; }
  template <class Body>
  void tab(const char* name, const Body& body) {
    type(name);
    out["browser"] = body.browser;
    out["tab"] = body.tab;
  }
  void windowUnlessEmpty(const WindowId& window) {
    if (!window.empty()) out["window"] = window;
  }

  void operator()(const Input& input) {
    type("input");
    out["kind"] = inputKindName(input.kind);
    if (input.kind == InputKind::kKey || input.keyClass != KeyClass::kOther)
      out["key_class"] = keyClassName(input.keyClass);
    if (input.count != 1) out["count"] = input.count;
    if (input.distancePx != 0) out["distance_px"] = input.distancePx;
    if (input.synthetic) out["synthetic"] = true;
  }
  void operator()(const BrowserConnected& connected) {
    type("browser_connected");
    out["browser"] = connected.browser;
    out["product"] = connected.product;
    out["version"] = connected.version;
  }
  void operator()(const BrowserDisconnected& disconnected) {
    type("browser_disconnected");
    out["browser"] = disconnected.browser;
  }
  void operator()(const WindowFocus& focus) {
    type("window_focus");
    out["browser"] = focus.browser;
    out["window"] = orNull(focus.window);
  }
  void operator()(const TabOpened& opened) {
    tab("tab_opened", opened);
    windowUnlessEmpty(opened.window);
    out["opener"] = orNull(opened.opener);
    out["how"] = tabOpenedByName(opened.how);
  }
  void operator()(const TabActivated& activated) {
    tab("tab_activated", activated);
    out["window"] = activated.window;
  }
  void operator()(const TabClosed& closed) { tab("tab_closed", closed); }
  void operator()(const Navigation& navigation) {
    tab("navigation", navigation);
    windowUnlessEmpty(navigation.window);
    out["url"] = navigation.url;
    if (!navigation.requestedUrl.empty()) out["requested_url"] = navigation.requestedUrl;
    out["transition"] = transitionName(navigation.transition);
    Json& qualifiers = out["qualifiers"] = Json::array();
    if (navigation.qualifiers.clientRedirect) qualifiers.push_back("client_redirect");
    if (navigation.qualifiers.serverRedirect) qualifiers.push_back("server_redirect");
    if (navigation.qualifiers.forwardBack) qualifiers.push_back("forward_back");
    if (navigation.qualifiers.fromAddressBar) qualifiers.push_back("from_address_bar");
    if (navigation.sameDocument) out["same_document"] = true;
    if (navigation.error) out["error"] = true;
  }
  void operator()(const PageFocus& focus) {
    tab("page_focus", focus);
    out["focused"] = focus.focused;
  }
  void operator()(const PageVisibility& visibility) {
    tab("page_visibility", visibility);
    out["visible"] = visibility.visible;
  }
  void operator()(const PasswordFocus& focus) {
    tab("password_focus", focus);
    out["focused"] = focus.focused;
  }
  void operator()(const PageLabel& label) {
    tab("page_label", label);
    out["label"] = label.label;
  }
  void operator()(const PageVitals& vitals) {
    tab("page_vitals", vitals);
    if (vitals.lcpMs) out["lcp_ms"] = *vitals.lcpMs;
    if (vitals.inpMs) out["inp_ms"] = *vitals.inpMs;
    if (vitals.cls) out["cls"] = *vitals.cls;
  }
  void operator()(const Media& media) {
    tab("media", media);
    out["audible"] = media.audible;
  }
  void operator()(const ScrollDepth& depth) {
    tab("scroll_depth", depth);
    out["percent"] = depth.percent;
  }
  void operator()(const Form& form) {
    tab("form", form);
    out["fields"] = form.fields;
    out["characters"] = form.characters;
    out["autofilled"] = form.autofilled;
  }
  void operator()(const LoginForm& form) { tab("login_form", form); }
  void operator()(const LoginSubmitted& submitted) { tab("login_submitted", submitted); }
  void operator()(const Links& links) {
    tab("links", links);
    Json& list = out["links"] = Json::array();
    for (const PageLink& link : *links.links) {
      list.push_back({{"url", link.url}, {"features", toJson(link.features, linkFeatureRules())}});
    }
  }
  void operator()(const LinkPressed& pressed) {
    tab("link_pressed", pressed);
    out["url"] = pressed.url;
    out["index"] = orNull(pressed.index);
    out["hover_ms"] = pressed.hoverMs;
  }
  void operator()(const Serp& serp) {
    tab("serp", serp);
    out["engine"] = serp.engine;
    out["query"] = serp.query;
    Json& list = out["results"] = Json::array();
    for (const SerpResult& result : serp.results) {
      list.push_back({{"rank", result.rank},
                      {"url", result.url},
                      {"kind", result.kind},
                      {"features", toJson(result.features, resultFeatureRules())}});
    }
    out["recognised"] = serp.recognised;
  }
  void operator()(const SerpSeen& seen) {
    tab("serp_seen", seen);
    out["ranks"] = seen.ranks;
  }
  void operator()(const Participant& participant) {
    type("participant");
    out["label"] = orNull(participant.label);
  }
  void operator()(const Mark& mark) {
    type("mark");
    out["name"] = mark.name;
    out["value"] = mark.value;
  }
  void operator()(const Lock&) { type("lock"); }
  void operator()(const Unlock&) { type("unlock"); }
  void operator()(const Suspend&) { type("suspend"); }
  void operator()(const Resume&) { type("resume"); }
  void operator()(const End&) { type("end"); }
};

}  // namespace

nlohmann::ordered_json encodeEvent(const Event& event) {
  Json out;
  out["t"] = toMs(event.time);
  std::visit(Encoder{out}, event.body);
  return out;
}

nlohmann::ordered_json encodeTraceHeader(const TraceHeader& header) {
  const std::int64_t ms = toMs(header.wallStart);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(header.wallStart);
  const auto millis = (header.wallStart - seconds).count();
  Json out = {
      {"trace", 1},
      {"wall_start", fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                                 fmt::gmtime(static_cast<std::time_t>((ms - millis) / 1000)), millis)},
      {"utc_offset_min", header.utcOffset.count()}};
  if (!header.hook) out["hook"] = false;
  return out;
}

}  // namespace dwell::schemas
