/* ReDoc over the document that the server makes from its own route tables. */
const fonts = getComputedStyle(document.body);
Redoc.init(
	'/openapi.json',
	{
		disableGoogleFont: true,
		hideDownloadButton: false,
		expandResponses: '200,201',
		theme: {
			colors: { primary: { main: '#0b6a56' } },
			typography: { fontFamily: fonts.fontFamily, headings: { fontFamily: fonts.fontFamily } },
		},
	},
	document.querySelector('#docs'),
);
