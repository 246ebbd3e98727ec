//! A preview as one HTML file, without script and without anything from elsewhere.

use super::page::{Block, page};
use super::questions::Answers;
use super::text::put;
use super::{Level, Preview};
use crate::markup::escape::html as escaped;

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}\
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}\
table{border-collapse:collapse;display:block;overflow-x:auto}\
th,td{border:1px solid #8888;padding:.25rem .6rem;text-align:left;vertical-align:top}\
pre{overflow-x:auto;padding:1rem;border:1px solid #8888}\
article+article{border-top:2px solid #8888;margin-top:3rem}";

/// Previews, each with the answers to what was asked about it.
pub fn html(shown: &[(&Preview, &Answers)], level: Level) -> String {
    let mut body = String::new();
    let mut open = false;
    for block in page(shown, level) {
        match block {
            Block::Title(title) => {
                body.push_str(if open { "</article>\n<article>\n" } else { "<article>\n" });
                open = true;
                put(&mut body, format_args!("<h1>{}</h1>\n", escaped(&title)));
            }
            Block::Heading(heading) => put(&mut body, format_args!("<h2>{heading}</h2>\n")),
            Block::Sentence(sentence) => put(&mut body, format_args!("<p>{}</p>\n", escaped(&sentence))),
            Block::Table(columns, rows) => body.push_str(&table(columns, &rows)),
            Block::Verbatim(text) => put(&mut body, format_args!("<pre>{}</pre>\n", escaped(&text))),
        }
    }
    if open {
        body.push_str("</article>\n");
    }
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Preview</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn table(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut out = String::from("<table>\n<tr>");
    for column in columns {
        put(&mut out, format_args!("<th scope=\"col\">{column}</th>"));
    }
    out.push_str("</tr>\n");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            put(&mut out, format_args!("<td>{}</td>", escaped(cell)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</table>\n");
    out
}
