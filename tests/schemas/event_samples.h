#pragma once

#include <string>
#include <vector>

namespace dwell::tests {

/// One event of every type, as lines of a trace, with all the fields that the type has.
inline const std::vector<std::string>& eventSamples() {
  static const std::vector<std::string> samples = {
      R"({"t":1,"type":"input","kind":"key","key_class":"character","count":2,"synthetic":false})",
      R"({"t":2,"type":"input","kind":"mouse_move","distance_px":40,"synthetic":true})",
      R"({"t":3,"type":"browser_connected","browser":"b","product":"Chromium","version":"140.0"})",
      R"({"t":4,"type":"browser_disconnected","browser":7})",
      R"({"t":5,"type":"window_focus","browser":"b","window":1})",
      R"({"t":6,"type":"window_focus","browser":"b","window":null})",
      R"({"t":7,"type":"tab_opened","browser":"b","tab":1,"window":1,"opener":null,"how":"button"})",
      R"({"t":8,"type":"tab_activated","browser":"b","tab":1,"window":"w"})",
      R"({"t":9,"type":"tab_closed","browser":"b","tab":1})",
      R"({"t":10,"type":"navigation","browser":"b","tab":1,"window":1,"url":"https://a.test/é?q",)"
      R"("requested_url":"http://a.test/","transition":"typed","qualifiers":["from_address_bar",)"
      R"("server_redirect"],"same_document":true,"error":true})",
      R"({"t":11,"type":"page_focus","browser":"b","tab":1,"focused":true})",
      R"({"t":12,"type":"page_visibility","browser":"b","tab":1,"visible":true})",
      R"({"t":13,"type":"password_focus","browser":"b","tab":1,"focused":true})",
      R"({"t":14,"type":"page_label","browser":"b","tab":1,"label":"variant é"})",
      R"({"t":15,"type":"page_vitals","browser":"b","tab":1,"lcp_ms":1200.5,"inp_ms":80,"cls":0.1})",
      R"({"t":16,"type":"media","browser":"b","tab":1,"audible":true})",
      R"({"t":17,"type":"scroll_depth","browser":"b","tab":1,"percent":100})",
      R"({"t":18,"type":"form","browser":"b","tab":1,"fields":1,"characters":12,"autofilled":3})",
      R"({"t":19,"type":"login_form","browser":"b","tab":1})",
      R"({"t":20,"type":"login_submitted","browser":"b","tab":1})",
      R"({"t":21,"type":"links","browser":"b","tab":1,"links":[{"url":"https://a.test/1","features":)"
      R"({"words":3,"region":"main","image":null,"share":0.5}},{"url":"https://a.test/2","features":{}},)"
      R"({"url":"https://b.test/","features":{"x":-5,"y":900,"width":80,"height":20,"above_fold":true,)"
      R"("font_px":16,"font_weight":700,"italic":true,"underline":true,"grey":true,"contrast_percent":453,)"
      R"("in_text":true,"heading":true,"list_rank":2,"image_ratio_percent":150,"new_tab":true,"nofollow":true,)"
      R"("same_host":true,"same_site":true,"url_length":15,"url_hyphens":0,"url_shorter":true,"url_in_url":true}}]})",
      R"({"t":22,"type":"link_pressed","browser":"b","tab":1,"url":"https://a.test/2","index":1,"hover_ms":300})",
      R"({"t":23,"type":"serp","browser":"b","tab":1,"engine":"duck","query":"two words","recognised":true,"results":)"
      R"([{"rank":1,"url":"https://r.test/","kind":"organic","features":{"height":90}},)"
      R"({"rank":2,"url":"https://s.test/","kind":"ad","features":{"x":20,"y":0,"width":600,"above_fold":true,)"
      R"("organic_rank":1,"words":30,"title_words":4,"title_bold_words":1,"title_query_words":2,"snippet_words":20,)"
      R"("bold_words":3,"rich_links":4,"images":1,"url_length":15,"url_hyphens":0}}]})",
      R"({"t":24,"type":"serp_seen","browser":"b","tab":1,"ranks":[1,2,3]})",
      R"({"t":25,"type":"participant","label":"p7"})",
      R"({"t":26,"type":"participant","label":null})",
      R"({"t":27,"type":"mark","name":"task","value":"2"})",
      R"({"t":28,"type":"lock"})",
      R"({"t":29,"type":"unlock"})",
      R"({"t":30,"type":"suspend"})",
      R"({"t":31,"type":"resume"})",
      R"({"t":32,"type":"end"})",
  };
  return samples;
}

}  // namespace dwell::tests
